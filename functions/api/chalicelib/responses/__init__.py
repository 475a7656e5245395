"""Reply bodies as models. The API answers with JSON that Postgres has printed, so these serve the OpenAPI document and
the tests, which hold real replies against them; no request loads this package.
"""

from __future__ import annotations

from chalicelib.responses.auth import (
    ApiKey as ApiKey,
)
from chalicelib.responses.auth import (
    ApiKeyList as ApiKeyList,
)
from chalicelib.responses.auth import (
    ApiKeyWithSecret as ApiKeyWithSecret,
)
from chalicelib.responses.auth import (
    LoggedOut as LoggedOut,
)
from chalicelib.responses.auth import (
    Session as Session,
)
from chalicelib.responses.auth import (
    SessionMerchant as SessionMerchant,
)
from chalicelib.responses.auth import (
    SessionUser as SessionUser,
)
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
from chalicelib.responses.dashboard import (
    ActivityPoint as ActivityPoint,
)
from chalicelib.responses.dashboard import (
    ActivityTotals as ActivityTotals,
)
from chalicelib.responses.dashboard import (
    EndpointHealth as EndpointHealth,
)
from chalicelib.responses.dashboard import (
    FailureCount as FailureCount,
)
from chalicelib.responses.dashboard import (
    Summary as Summary,
)
from chalicelib.responses.dashboard import (
    WebhookHealth as WebhookHealth,
)
from chalicelib.responses.developers import (
    IdempotencyKey as IdempotencyKey,
)
from chalicelib.responses.developers import (
    IdempotencyKeyList as IdempotencyKeyList,
)
from chalicelib.responses.developers import (
    LoggedRequest as LoggedRequest,
)
from chalicelib.responses.developers import (
    RequestList as RequestList,
)
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
from chalicelib.responses.ops import (
    DeadLetter as DeadLetter,
)
from chalicelib.responses.ops import (
    DeadLetterList as DeadLetterList,
)
from chalicelib.responses.ops import (
    Discarded as Discarded,
)
from chalicelib.responses.ops import (
    Invariant as Invariant,
)
from chalicelib.responses.ops import (
    InvariantReport as InvariantReport,
)
from chalicelib.responses.ops import (
    JobCounts as JobCounts,
)
from chalicelib.responses.ops import (
    LedgerDifference as LedgerDifference,
)
from chalicelib.responses.ops import (
    OpsStatus as OpsStatus,
)
from chalicelib.responses.ops import (
    QueueList as QueueList,
)
from chalicelib.responses.ops import (
    QueueState as QueueState,
)
from chalicelib.responses.ops import (
    ReconcileResult as ReconcileResult,
)
from chalicelib.responses.ops import (
    Redriven as Redriven,
)
from chalicelib.responses.ops import (
    SweepRun as SweepRun,
)
from chalicelib.responses.ops import (
    Worker as Worker,
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
    WebhookDeliveryPage as WebhookDeliveryPage,
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
    WebhookLog as WebhookLog,
)
from chalicelib.responses.webhooks import (
    WebhookReplay as WebhookReplay,
)
from chalicelib.responses.webhooks import (
    WebhookReplayCount as WebhookReplayCount,
)
