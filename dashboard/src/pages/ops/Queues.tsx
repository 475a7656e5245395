import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { type Queue, queuesQuery } from "../../api/ops";
import { Card } from "../../components/Card";
import { QueryView } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { formatCount, toWords } from "../../lib/format";
import { formatDuration } from "../../lib/time";

const COLUMNS: readonly Column<Queue>[] = [
  { id: "name", header: "Queue", cell: (queue) => toWords(queue.name) },
  {
    id: "dead_letters",
    header: "Dead letters",
    cell: ({ name, dead_letters: count }) => (
      <Link to={`/ops/dead-letters/${name}`}>
        {count === 0 ? "None" : <StatusBadge status="failed" label={formatCount(count)} />}
        <span className="said"> dead letters of {toWords(name).toLowerCase()}</span>
      </Link>
    ),
  },
  { id: "waiting", header: "Waiting", align: "end", cell: (queue) => <Count of={queue.waiting} /> },
  { id: "in_flight", header: "In flight", align: "end", cell: (queue) => <Count of={queue.in_flight} /> },
  { id: "delayed", header: "Delayed", align: "end", cell: (queue) => <Count of={queue.delayed} /> },
  {
    id: "oldest_age_seconds",
    header: "Overdue for",
    align: "end",
    cell: ({ oldest_age_seconds: age }) => <span className="number">{age ? formatDuration(age) : "–"}</span>,
  },
];

function Count({ of }: { of: number }) {
  return <span className="number">{formatCount(of)}</span>;
}

/** How full each queue is. */
export function Queues() {
  const queues = useQuery(queuesQuery());
  return (
    <Card title="Queues" flush={queues.data !== undefined}>
      <QueryView query={queues} what="queues" lines={4}>
        {({ data }) => <SimpleTable label="Queues" columns={COLUMNS} rows={data} rowId={(queue) => queue.name} />}
      </QueryView>
    </Card>
  );
}
