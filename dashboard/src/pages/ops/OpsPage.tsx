import { Page } from "../../components/Page";
import { Jobs, Reconciliation, Workers } from "./Background";
import { Invariants } from "./Invariants";
import { Queues } from "./Queues";

export default function OpsPage() {
  return (
    <Page title="Operations">
      <div className="columns">
        <div className="stack">
          <Queues />
          <Workers />
          <Invariants />
        </div>
        <div className="stack">
          <Jobs />
          <Reconciliation />
        </div>
      </div>
    </Page>
  );
}
