import { useQuery } from "@tanstack/react-query";
import { type Invariant, type InvariantReport, invariantsQuery } from "../../api/ops";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { DateTime } from "../../components/DateTime";
import { EmptyState, ErrorState, Skeleton } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import { pluralize, toWords } from "../../lib/format";
import styles from "./Ops.module.css";
import { Subject } from "./Subject";

/** What must always be true, checked when somebody asks for it. */
export function Invariants() {
  const report = useQuery(invariantsQuery());
  const { data, error, isFetching } = report;
  return (
    <Card
      title="Invariants"
      flush={data !== undefined}
      actions={
        <Button size="small" busy={isFetching} onClick={() => void report.refetch()}>
          {isFetching ? "Checking" : data ? "Check again" : "Check now"}
        </Button>
      }
    >
      {error && !isFetching ? (
        <ErrorState error={error} onRetry={() => void report.refetch()} />
      ) : data ? (
        <Report report={data} />
      ) : isFetching ? (
        <Skeleton lines={7} what="check of the invariants" />
      ) : (
        <EmptyState title="Not checked yet.">
          A check reads the last day’s rows and changes nothing; it may take some seconds.
        </EmptyState>
      )}
    </Card>
  );
}

function Report({ report }: { report: InvariantReport }) {
  const broken = report.invariants.filter((invariant) => invariant.violations > 0).length;
  return (
    <>
      <p className={styles.note} role="status">
        {broken === 0 ? "All hold" : `${pluralize(broken, "invariant does", "invariants do")} not hold`} among the rows
        of the last {pluralize(report.window_hours, "hour")}, checked at <DateTime value={report.checked_at} exact />.
      </p>
      <ul className={styles.checks}>
        {report.invariants.map((invariant) => (
          <Check key={invariant.name} invariant={invariant} />
        ))}
      </ul>
    </>
  );
}

function Check({ invariant }: { invariant: Invariant }) {
  const { name, description, checked, violations, examples } = invariant;
  const passed = violations === 0;
  return (
    <li className={styles.check}>
      <div>
        <h3>{toWords(name)}</h3>
        <p className="muted">{description}</p>
      </div>
      <StatusBadge status={passed ? "passed" : "failed"} tone={passed ? "good" : "bad"} />
      <p className={`${styles.examples} muted number`}>
        {pluralize(checked, "row")} looked at{passed ? "." : `, ${pluralize(violations, "violation")}:`}
        {examples.map((id) => (
          <Subject key={id} id={id} />
        ))}
      </p>
    </li>
  );
}
