"""Reply bodies as models. The API answers with JSON that Postgres has printed, so these serve the OpenAPI document and
the tests, which hold real replies against them; no request loads this package.
"""

from __future__ import annotations

from chalicelib.responses.checkout import (
    CheckoutMerchant as CheckoutMerchant,
)
from chalicelib.responses.checkout import (
    CheckoutOrder as CheckoutOrder,
)
from chalicelib.responses.checkout import (
    CheckoutPayment as CheckoutPayment,
)
from chalicelib.responses.checkout import (
    MerchantSettings as MerchantSettings,
)
from chalicelib.responses.checkout import (
    MerchantWithSecret as MerchantWithSecret,
)
from chalicelib.responses.common import Error as Error
from chalicelib.responses.common import ErrorDetail as ErrorDetail
from chalicelib.responses.common import ResponseBody as ResponseBody
from chalicelib.responses.ledger import (
    Balance as Balance,
)
from chalicelib.responses.ledger import (
    BalanceList as BalanceList,
)
from chalicelib.responses.ledger import (
    Journal as Journal,
)
from chalicelib.responses.ledger import (
    JournalList as JournalList,
)
from chalicelib.responses.ledger import (
    LedgerEntry as LedgerEntry,
)
from chalicelib.responses.ledger import (
    Settlement as Settlement,
)
from chalicelib.responses.ledger import (
    SettlementList as SettlementList,
)
from chalicelib.responses.payments import (
    Order as Order,
)
from chalicelib.responses.payments import (
    OrderList as OrderList,
)
from chalicelib.responses.payments import (
    Payment as Payment,
)
from chalicelib.responses.payments import (
    PaymentCard as PaymentCard,
)
from chalicelib.responses.payments import (
    PaymentList as PaymentList,
)
from chalicelib.responses.payments import (
    Refund as Refund,
)
from chalicelib.responses.payments import (
    RefundList as RefundList,
)
from chalicelib.responses.payments import (
    Timeline as Timeline,
)
from chalicelib.responses.payments import (
    TimelineEntry as TimelineEntry,
)
from chalicelib.responses.status import Health as Health
from chalicelib.responses.status import JobStatus as JobStatus
from chalicelib.responses.status import Merchant as Merchant
from chalicelib.responses.webhooks import (
    AttemptTimings as AttemptTimings,
)
from chalicelib.responses.webhooks import (
    DeletedWebhookEndpoint as DeletedWebhookEndpoint,
)
from chalicelib.responses.webhooks import (
    Event as Event,
)
from chalicelib.responses.webhooks import (
    EventList as EventList,
)
from chalicelib.responses.webhooks import (
    WebhookAttempt as WebhookAttempt,
)
from chalicelib.responses.webhooks import (
    WebhookDelivery as WebhookDelivery,
)
from chalicelib.responses.webhooks import (
    WebhookDeliveryDetail as WebhookDeliveryDetail,
)
from chalicelib.responses.webhooks import (
    WebhookDeliveryList as WebhookDeliveryList,
)
from chalicelib.responses.webhooks import (
    WebhookEndpoint as WebhookEndpoint,
)
from chalicelib.responses.webhooks import (
    WebhookEndpointList as WebhookEndpointList,
)
from chalicelib.responses.webhooks import (
    WebhookEndpointWithSecret as WebhookEndpointWithSecret,
)
from chalicelib.responses.webhooks import (
    WebhookReplay as WebhookReplay,
)
from chalicelib.responses.webhooks import (
    WebhookReplayCount as WebhookReplayCount,
)
