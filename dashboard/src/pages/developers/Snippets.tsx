import { useQuery } from "@tanstack/react-query";
import { apiKeyState, apiKeysQuery } from "../../api/apiKeys";
import { fetchOrders, orderKeys } from "../../api/orders";
import { fetchPayments, paymentKeys } from "../../api/payments";
import { useSession } from "../../app/session";
import { Card } from "../../components/Card";
import { SelectField } from "../../components/Field";
import { Json } from "../../components/Json";
import { ErrorState, Skeleton } from "../../components/States";
import { useFilters } from "../../components/table/list";
import { formatMoney } from "../../lib/money";
import styles from "./Snippets.module.css";
import { SNIPPETS, type Values } from "./snippets/snippets";

const CHOICES = ["snippet", "key", "order_id"] as const;
const GROUPS = ["Checkout", "Webhooks", "curl"] as const;
const RECENT = 20;

/** Code to copy, with this merchant's key and order in it. */
export function Snippets() {
  const { filters, setFilters } = useFilters(CHOICES);
  const { keys, orders, values, loading, failed } = useValues(filters.key, filters.order_id);
  const snippet = SNIPPETS.find((each) => each.id === filters.snippet) ?? SNIPPETS[0];
  return (
    <Card title="Snippets">
      <div className="stack">
        <div className={styles.choices}>
          <SelectField
            label="Code for"
            value={snippet.id}
            onChange={(event) => setFilters({ snippet: event.target.value })}
          >
            {GROUPS.map((group) => (
              <optgroup key={group} label={group}>
                {SNIPPETS.filter((each) => each.group === group).map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.label}
                  </option>
                ))}
              </optgroup>
            ))}
          </SelectField>
          {snippet.group !== "Webhooks" && (
            <SelectField
              label="API key"
              value={values.keyId}
              onChange={(event) => setFilters({ key: event.target.value })}
            >
              {keys.length === 0 && <option value={values.keyId}>{values.keyId}</option>}
              {keys.map((key) => (
                <option key={key.id} value={key.id}>
                  {key.name ? `${key.name}: ${key.id}` : key.id}
                </option>
              ))}
            </SelectField>
          )}
          {snippet.group !== "Webhooks" && (
            <SelectField
              label="Order"
              value={values.orderId}
              onChange={(event) => setFilters({ order_id: event.target.value })}
            >
              {!orders.some((order) => order.id === values.orderId) && (
                <option value={values.orderId}>{values.orderId}</option>
              )}
              {orders.map((order) => (
                <option key={order.id} value={order.id}>
                  {formatMoney(order.amount, order.currency)}: {order.receipt ?? order.id}
                </option>
              ))}
            </SelectField>
          )}
        </div>
        {failed.length > 0 ? (
          <ErrorState error={failed[0]?.error} onRetry={() => void Promise.all(failed.map((each) => each.refetch()))} />
        ) : loading ? (
          <Skeleton lines={8} what="snippet" />
        ) : (
          <Json value={snippet.write(values)} what={snippet.label} />
        )}
        <p className="muted">{snippet.note}</p>
      </div>
    </Card>
  );
}

/** What is chosen; else the latest that fits; else what shows that something has to be put there. */
function useValues(keyId: string | undefined, orderId: string | undefined) {
  const { test_mode: testMode } = useSession();
  const allKeys = useQuery(apiKeysQuery());
  const orders = useQuery({
    queryKey: [...orderKeys.all, "recent"],
    queryFn: ({ signal }) => fetchOrders({ limit: RECENT }, signal),
  });
  const payments = useQuery({
    queryKey: [...paymentKeys.all, "recent-success"],
    queryFn: ({ signal }) => fetchPayments({ status: "success" }, { limit: 1 }, signal),
  });
  const keys = allKeys.data?.data.filter((key) => apiKeyState(key) === "active") ?? [];
  const unpaid = orders.data?.data.filter((order) => order.status === "created") ?? [];
  const order = unpaid.find((each) => each.id === orderId) ?? unpaid[0];
  const values: Values = {
    origin: window.location.origin,
    keyId: keys.find((key) => key.id === keyId)?.id ?? keys[0]?.id ?? "key_…",
    orderId: orderId ?? order?.id ?? "order_…",
    paymentId: payments.data?.data[0]?.id ?? "pay_…",
    amount: order?.amount ?? 50_000,
    currency: order?.currency ?? "INR",
    vpa: testMode ? "success@paygate" : "shopper@bank",
  };
  const all = [allKeys, orders, payments];
  return {
    keys,
    orders: unpaid,
    values,
    loading: all.some((query) => query.isPending),
    // Without an answer there would be a key or an order in the code that does not exist.
    failed: all.filter((query) => query.data === undefined && query.error),
  };
}
