import { type FormEvent, useState } from "react";
import { type Endpoint, type EndpointWithSecret, endpointKeys, rotateSecret } from "../../api/endpoints";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { DateTime } from "../../components/DateTime";
import { Dialog, DialogActions } from "../../components/Dialog";
import { FormError, SelectField } from "../../components/Field";
import { SecretDialog } from "../../components/SecretDialog";

interface RotateSecretDialogProps {
  endpoint: Endpoint;
  onClose: () => void;
}

const DAY = 86_400;
const OVERLAPS: readonly (readonly [seconds: number, label: string])[] = [
  [0, "Not at all: it ends now"],
  [3_600, "1 hour"],
  [DAY, "1 day"],
  [3 * DAY, "3 days"],
  [7 * DAY, "7 days"],
];

/** Gives the endpoint a new secret and shows it; for a while the old one signs as well. */
export function RotateSecretDialog({ endpoint, onClose }: RotateSecretDialogProps) {
  const [overlap, setOverlap] = useState(DAY);
  const [made, setMade] = useState<EndpointWithSecret | null>(null);
  const rotate = useWrite({
    name: ["rotate-secret", endpoint.id],
    send: (seconds: number, idempotencyKey) => rotateSecret(endpoint.id, seconds, idempotencyKey),
    outdates: [endpointKeys.all],
    onDone: setMade,
  });
  if (made) {
    const until = made.previous_secret_expires_at;
    return (
      <SecretDialog
        title="The new secret"
        description={until ? "Until the old one ends, each webhook carries two signatures." : "The old one has ended."}
        facts={[["Old secret ends", until && <DateTime key="until" value={until} />]]}
        secret={made.secret}
        what="signing secret"
        onClose={onClose}
      />
    );
  }

  // Whoever left now would never see the secret.
  function leave(): void {
    if (!rotate.isPending) onClose();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!rotate.isPending) rotate.mutate(overlap);
  }

  return (
    <Dialog
      open
      onOpenChange={leave}
      title="Rotate the signing secret"
      description={
        endpoint.previous_secret_expires_at
          ? "A rotation is still under way; only the newest two secrets sign, so this one ends it."
          : "Webhooks are signed with a new secret from now on."
      }
    >
      <form className="stack" onSubmit={submit}>
        <SelectField
          label="The old secret signs as well for"
          hint="Time enough to give your receivers the new one."
          value={overlap}
          onChange={(event) => setOverlap(Number(event.target.value))}
        >
          {OVERLAPS.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </SelectField>
        <FormError error={rotate.error} />
        <DialogActions>
          <Button onClick={leave}>Keep as it is</Button>
          <Button type="submit" variant="primary" busy={rotate.isPending}>
            Rotate secret
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
