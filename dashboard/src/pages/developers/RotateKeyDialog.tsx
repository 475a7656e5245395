import { type FormEvent, useState } from "react";
import { type ApiKey, type ApiKeyWithSecret, apiKeyKeys, rotateApiKey } from "../../api/apiKeys";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Dialog, DialogActions } from "../../components/Dialog";
import { FormError, SelectField } from "../../components/Field";

interface RotateKeyDialogProps {
  apiKey: ApiKey;
  onClose: () => void;
  onMade: (key: ApiKeyWithSecret) => void;
}

const OVERLAPS = [
  { seconds: 86_400, label: "One day more" },
  { seconds: 604_800, label: "Seven days more" },
  { seconds: 3_600, label: "One hour more" },
  { seconds: 0, label: "Not at all" },
] as const;

/** A new key takes the place of one, which works on for as long as servers need to change over. */
export function RotateKeyDialog({ apiKey, onClose, onMade }: RotateKeyDialogProps) {
  const [overlapSeconds, setOverlapSeconds] = useState<number>(OVERLAPS[0].seconds);
  const rotate = useWrite({ send: rotateApiKey, outdates: [apiKeyKeys.all], onDone: onMade });

  // Whoever left now would never see the secret.
  function leave(): void {
    if (!rotate.isPending) onClose();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!rotate.isPending) rotate.mutate({ id: apiKey.id, overlapSeconds });
  }

  return (
    <Dialog
      open
      onOpenChange={leave}
      title="Rotate this key"
      description={
        <>
          A new key takes the place of <span className="code">{apiKey.id}</span>; its secret is shown once, right after.
        </>
      }
    >
      <form className="stack" onSubmit={submit} noValidate>
        <SelectField
          label="The old key works"
          hint="Long enough to give the new one to every server and page."
          value={overlapSeconds}
          onChange={(event) => setOverlapSeconds(Number(event.target.value))}
        >
          {OVERLAPS.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </SelectField>
        <FormError error={rotate.error} />
        <DialogActions>
          <Button onClick={leave}>Close</Button>
          <Button type="submit" variant="primary" busy={rotate.isPending}>
            Rotate key
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
