import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deliveryKeys } from "../../api/deliveries";
import { type Endpoint, endpointKeys, updateEndpoint } from "../../api/endpoints";
import { type Replay, replayCountQuery, startReplay } from "../../api/replays";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Dialog, DialogActions } from "../../components/Dialog";
import { Checkbox, FormError } from "../../components/Field";
import { Skeleton } from "../../components/States";
import { useToasts } from "../../components/Toast";
import { pluralize } from "../../lib/format";
import { ReplayProgress } from "./ReplayProgress";

interface EnableDialogProps {
  endpoint: Endpoint;
  onClose: () => void;
}

/** Enables an endpoint and, if wanted, sends what it has missed: what was held, and what was given up. */
export function EnableDialog({ endpoint, onClose }: EnableDialogProps) {
  const toasts = useToasts();
  const missed = { endpoint_id: endpoint.id };
  const [sendMissed, setSendMissed] = useState(true);
  const [replay, setReplay] = useState<Replay | null>(null);
  // It is disabled while it is counted only: afterwards nothing is missed any more.
  const [enabled, setEnabled] = useState(false);
  const counted = useQuery({ ...replayCountQuery(missed), enabled: !enabled });
  const count = counted.data?.count ?? 0;
  const enable = useWrite({
    name: ["enable", endpoint.id],
    send: async (withMissed: boolean, idempotencyKey) => {
      await updateEndpoint(endpoint.id, { status: "enabled" });
      setEnabled(true);
      return withMissed ? startReplay(missed, idempotencyKey) : null;
    },
    outdates: [endpointKeys.all, deliveryKeys.all, ["summary"]],
    onDone: (started) => {
      toasts.done("The endpoint is enabled.");
      if (started) setReplay(started);
      else onClose();
    },
  });

  if (replay) {
    return (
      <Dialog open onOpenChange={onClose} title="Sending what was missed">
        <ReplayProgress replayId={replay.id} />
        <DialogActions>
          <Button onClick={onClose}>Close</Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Enable this endpoint?"
      description="Events that happen from now on are sent to it again."
    >
      {counted.data ? (
        count > 0 ? (
          <Checkbox
            label={`Also send ${pluralize(count, "webhook")} that it has missed`}
            checked={sendMissed}
            onChange={(event) => setSendMissed(event.target.checked)}
          />
        ) : (
          <p role="status">It has missed nothing.</p>
        )
      ) : counted.error ? (
        <FormError error={counted.error} />
      ) : (
        <Skeleton lines={1} what="count of what was missed" />
      )}
      <FormError error={enable.error} />
      <DialogActions>
        <Button onClick={onClose}>Keep as it is</Button>
        <Button
          variant="primary"
          busy={enable.isPending || (!counted.data && !counted.error)}
          onClick={() => enable.mutate(sendMissed && count > 0)}
        >
          {sendMissed && count > 0 ? `Enable and send ${pluralize(count, "webhook")}` : "Enable"}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
