import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import { deadLettersQuery, QUEUES, type QueueName, queuesQuery } from "../../api/ops";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { Page } from "../../components/Page";
import { EmptyState, QueryView } from "../../components/States";
import { toWords } from "../../lib/format";
import { DeadLetterActions } from "./DeadLetterActions";
import { DeadLetters } from "./DeadLetters";
import { stillThere, toggle, toggleAll } from "./selection";

const BACK = { to: "/ops", label: "Operations" };

export default function DeadLettersPage() {
  const { queue } = useParams();
  const name = QUEUES.find((each) => each === queue);
  if (name) return <DeadLettersOf key={name} queue={name} />;
  return (
    <Page title="Queue not found" back={BACK}>
      <EmptyState title="There is no such queue.">
        <span className="code">{queue}</span> is none of {QUEUES.map(toWords).join(", ")}.
      </EmptyState>
    </Page>
  );
}

function DeadLettersOf({ queue }: { queue: QueueName }) {
  const letters = useQuery(deadLettersQuery(queue));
  const queues = useQuery(queuesQuery());
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const shown = letters.data?.data.map((letter) => letter.message_id) ?? [];
  const selected = stillThere(ticked, shown);
  const total = Math.max(queues.data?.data.find((each) => each.name === queue)?.dead_letters ?? 0, shown.length);
  return (
    <Page
      title={`Dead letters of ${toWords(queue).toLowerCase()}`}
      description="Messages that no consumer could use. Whatever still waits for something gets another message anyway."
      back={BACK}
      actions={<DeadLetterActions queue={queue} selected={selected} total={total} onDone={() => setTicked([])} />}
    >
      <Card
        title="Messages"
        flush={shown.length > 0}
        actions={
          <Button size="small" busy={letters.isFetching} onClick={() => void letters.refetch()}>
            Look again
          </Button>
        }
      >
        <QueryView query={letters} what="dead letters" lines={6}>
          {({ data }) =>
            data.length === 0 ? (
              <EmptyState title={total > 0 ? "None can be seen at the moment." : "There are no dead letters."}>
                {total > 0 && "Somebody else looks at them now; look again in some seconds."}
              </EmptyState>
            ) : (
              <DeadLetters
                letters={data}
                total={total}
                selected={selected}
                onToggle={(id) => setTicked(toggle(selected, id))}
                onToggleAll={() => setTicked(toggleAll(selected, shown))}
              />
            )
          }
        </QueryView>
      </Card>
    </Page>
  );
}
