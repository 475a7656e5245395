import type { Endpoint } from "../../api/endpoints";
import { StatusBadge } from "../../components/StatusBadge";

/** Enabled, disabled, or enabled and only failing. */
export function EndpointStatus({ endpoint }: { endpoint: Pick<Endpoint, "status" | "failing_since"> }) {
  return <StatusBadge status={endpoint.status === "enabled" && endpoint.failing_since ? "failing" : endpoint.status} />;
}
