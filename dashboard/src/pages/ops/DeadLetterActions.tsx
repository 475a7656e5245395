import { useState } from "react";
import { discardDeadLetters, opsKeys, type QueueName, redriveDeadLetters } from "../../api/ops";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Confirm";
import { useToasts } from "../../components/Toast";
import { formatCount, pluralize, toWords } from "../../lib/format";

interface DeadLetterActionsProps {
  queue: QueueName;
  selected: readonly string[];
  /** With those that are not shown. */
  total: number;
  onDone: () => void;
}

/** Sends messages to their queue again, or deletes them; each asks first. */
export function DeadLetterActions({ queue, selected, total, onDone }: DeadLetterActionsProps) {
  const toasts = useToasts();
  // With what was selected when somebody was asked: it may be gone from the page before the answer.
  const [open, setOpen] = useState<{ deed: "some" | "all" | "discard"; ids: string[] } | null>(null);
  const change = (stay: boolean) => setOpen((now) => (stay ? now : null));
  const ask = (deed: "some" | "all" | "discard") => setOpen({ deed, ids: [...selected] });
  const outdates = [opsKeys.deadLetters(queue), opsKeys.queues, opsKeys.status];
  const redrive = useWrite({
    send: (messageIds: string[] | null) => redriveDeadLetters(queue, messageIds ?? undefined),
    outdates,
    onDone: ({ moved }) => {
      setOpen(null);
      toasts.done(`${pluralize(moved, "message is", "messages are")} on the queue again.`);
      onDone();
    },
  });
  const discard = useWrite({
    send: (messageIds: string[]) => discardDeadLetters(queue, messageIds),
    outdates,
    onDone: ({ discarded }) => {
      setOpen(null);
      toasts.done(`${pluralize(discarded, "message was", "messages were")} discarded.`);
      onDone();
    },
  });
  const some = selected.length > 0;
  const ids = open?.ids ?? [];
  const words = pluralize(ids.length, "message");
  return (
    <>
      <Button variant="danger" disabled={!some} onClick={() => ask("discard")}>
        Discard {some ? formatCount(selected.length) : "selected"}
      </Button>
      <Button disabled={!some} onClick={() => ask("some")}>
        Redrive {some ? formatCount(selected.length) : "selected"}
      </Button>
      <Button variant="primary" disabled={total === 0} onClick={() => ask("all")}>
        Redrive all
      </Button>
      <Confirm
        open={open?.deed === "some"}
        onOpenChange={change}
        title={`Redrive ${words}?`}
        description={`They go back to the queue of ${toWords(queue).toLowerCase()}; what is done already is not done twice.`}
        action={`Redrive ${words}`}
        write={redrive}
        variables={ids}
      />
      <Confirm
        open={open?.deed === "all"}
        onOpenChange={change}
        title="Redrive all messages?"
        description={`About ${pluralize(total, "message")} go back to the queue of ${toWords(queue).toLowerCase()}, as many as a few seconds allow.`}
        action="Redrive all"
        write={redrive}
        variables={null}
      />
      <Confirm
        open={open?.deed === "discard"}
        onOpenChange={change}
        title={`Discard ${words}?`}
        description="They are deleted for good."
        action={`Discard ${words}`}
        danger
        write={discard}
        variables={ids}
      />
    </>
  );
}
