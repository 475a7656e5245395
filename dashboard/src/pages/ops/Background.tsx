import { useQuery } from "@tanstack/react-query";
import { type Difference, opsStatusQuery, type Worker } from "../../api/ops";
import { Card } from "../../components/Card";
import { Ago, DateTime } from "../../components/DateTime";
import { KeyValue } from "../../components/KeyValue";
import { EmptyState, QueryView } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { formatCount, toWords } from "../../lib/format";
import styles from "./Ops.module.css";
import { Subject } from "./Subject";

const WORKER_COLUMNS: readonly Column<Worker>[] = [
  { id: "name", header: "Worker", cell: (worker) => toWords(worker.name) },
  { id: "status", header: "Status", cell: (worker) => <StatusBadge status={worker.status} /> },
  { id: "ran_at", header: "Last run", cell: ({ ran_at }) => (ran_at ? <Ago value={ran_at} /> : "–") },
];

const DIFFERENCE_COLUMNS: readonly Column<Difference>[] = [
  { id: "subject_id", header: "Payment", cell: (difference) => <Subject id={difference.subject_id} /> },
  { id: "account", header: "Account", cell: (difference) => toWords(difference.account) },
  { id: "rows", header: "By its row", align: "end", cell: (difference) => <Count of={difference.rows} /> },
  { id: "ledger", header: "By the ledger", align: "end", cell: (difference) => <Count of={difference.ledger} /> },
  {
    id: "found_at",
    header: "Found",
    from: "tablet",
    cell: (difference) => <DateTime value={difference.found_at} />,
  },
];

/** Amounts are in minor units: a difference does not say of which currency. */
function Count({ of }: { of: number }) {
  return <span className="number">{formatCount(of)}</span>;
}

/** Whether everything in the background runs. */
export function Workers() {
  const status = useQuery(opsStatusQuery());
  return (
    <Card title="Workers" flush={status.data !== undefined}>
      <QueryView query={status} what="workers" lines={5}>
        {({ workers }) => (
          <SimpleTable label="Workers" columns={WORKER_COLUMNS} rows={workers} rowId={(worker) => worker.name} />
        )}
      </QueryView>
    </Card>
  );
}

/** How much is to do, and when the sweeper was last there. */
export function Jobs() {
  const status = useQuery(opsStatusQuery());
  return (
    <Card title="Jobs">
      <QueryView query={status} what="jobs" lines={4}>
        {({ jobs, sweep }) => (
          <KeyValue
            items={[
              ["Pending", <Count key="pending" of={jobs.pending} />],
              ["Processing", <Count key="processing" of={jobs.processing} />],
              ["Completed", <Count key="completed" of={jobs.completed} />],
              ["Failed", <Count key="failed" of={jobs.failed} />],
              ["Sweeper’s last run", sweep.ran_at ? <Ago key="sweep" value={sweep.ran_at} /> : "Never"],
            ]}
          />
        )}
      </QueryView>
    </Card>
  );
}

/** Whether the ledger says what the rows say. */
export function Reconciliation() {
  const status = useQuery(opsStatusQuery());
  return (
    <Card title="Reconciliation" flush={status.data !== undefined}>
      <QueryView query={status} what="reconciliation" lines={3}>
        {({ reconcile: { ran_at, checked_until, differences } }) => (
          <>
            <div className={styles.facts}>
              <KeyValue
                items={[
                  [
                    "Result",
                    <StatusBadge
                      key="result"
                      status="reconcile"
                      tone={!ran_at ? "plain" : differences.length === 0 ? "good" : "bad"}
                      label={!ran_at ? "Not run yet" : differences.length === 0 ? "The books agree" : "Differences"}
                    />,
                  ],
                  ["Last run", ran_at && <Ago key="ran" value={ran_at} />],
                  ["Checked up to payments of", checked_until && <DateTime key="until" value={checked_until} exact />],
                ]}
              />
            </div>
            {differences.length > 0 ? (
              <SimpleTable
                label="Differences between rows and ledger, in minor units"
                columns={DIFFERENCE_COLUMNS}
                rows={differences}
                rowId={(difference) => `${difference.subject_id} ${difference.account}`}
              />
            ) : (
              ran_at && <EmptyState title="No differences." />
            )}
          </>
        )}
      </QueryView>
    </Card>
  );
}
