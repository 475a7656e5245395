import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { deliveryKeys } from "../../api/deliveries";
import { type Replay, type ReplayFilters, replayCountQuery, startReplay } from "../../api/replays";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Dialog, DialogActions } from "../../components/Dialog";
import { FormError } from "../../components/Field";
import { QueryView } from "../../components/States";
import { pluralize } from "../../lib/format";
import { ReplayFields } from "./ReplayFields";
import { ReplayProgress } from "./ReplayProgress";
import { filtersOf, problemsOf, type ReplayForm } from "./replayForm";

interface ReplayDialogProps {
  initial: ReplayForm;
  onClose: () => void;
}

/** Sends many webhooks again: choose which, see how many, confirm, look on. */
export function ReplayDialog({ initial, onClose }: ReplayDialogProps) {
  const [form, setForm] = useState(initial);
  const [wanted, setWanted] = useState<ReplayFilters | null>(null);
  const [started, setStarted] = useState<Replay | null>(null);
  const problems = problemsOf(form);

  function count(event: FormEvent): void {
    event.preventDefault();
    if (Object.keys(problems).length === 0) setWanted(filtersOf(form));
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Send many webhooks again"
      description="Each begins anew, with the whole retry schedule before it. What is under way is left alone."
    >
      {started ? (
        <>
          <ReplayProgress replayId={started.id} />
          <DialogActions>
            <Button onClick={onClose}>Close</Button>
          </DialogActions>
        </>
      ) : wanted ? (
        <ReplayConfirm filters={wanted} onBack={() => setWanted(null)} onStarted={setStarted} />
      ) : (
        <form className="stack" onSubmit={count} noValidate>
          <ReplayFields
            form={form}
            problems={problems}
            onChange={(change) => setForm((now) => ({ ...now, ...change }))}
          />
          <DialogActions>
            <Button onClick={onClose}>Close</Button>
            <Button type="submit" variant="primary">
              Count them
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

interface ReplayConfirmProps {
  filters: ReplayFilters;
  onBack: () => void;
  onStarted: (replay: Replay) => void;
}

function ReplayConfirm({ filters, onBack, onStarted }: ReplayConfirmProps) {
  const counted = useQuery(replayCountQuery(filters));
  const replay = useWrite({
    name: ["replay"],
    send: startReplay,
    outdates: [deliveryKeys.all],
    onDone: onStarted,
  });
  const count = counted.data?.count ?? 0;
  return (
    <>
      <QueryView query={counted} what="count" lines={1}>
        {() => (
          <p role="status">
            {count === 0
              ? "Nothing matches: there is nothing to send."
              : `${pluralize(count, "webhook")} will be sent.`}
          </p>
        )}
      </QueryView>
      <FormError error={replay.error} />
      <DialogActions>
        <Button onClick={onBack}>Change the choice</Button>
        {count > 0 && (
          <Button variant="primary" busy={replay.isPending} onClick={() => replay.mutate(filters)}>
            Send {pluralize(count, "webhook")} again
          </Button>
        )}
      </DialogActions>
    </>
  );
}
