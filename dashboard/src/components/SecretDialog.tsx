import { type ReactNode, useState } from "react";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { Dialog, DialogActions } from "./Dialog";
import { KeyValue } from "./KeyValue";
import styles from "./SecretDialog.module.css";

interface SecretDialogProps {
  title: string;
  /** What it is for, and what holds of the one before. */
  description?: ReactNode;
  /** What belongs to it, such as the key's id. */
  facts?: readonly (readonly [name: string, value: ReactNode])[];
  secret: string;
  /** What it is called, "API secret": for screen readers and the copy button. */
  what: string;
  onClose: () => void;
}

/** Shows a secret this once. A stray click or Esc does not lose it: it only asks whether the secret is kept. */
export function SecretDialog({ title, description, facts = [], secret, what, onClose }: SecretDialogProps) {
  const [warned, setWarned] = useState(false);
  return (
    <Dialog open onOpenChange={() => (warned ? onClose() : setWarned(true))} title={title} description={description}>
      {facts.length > 0 && <KeyValue items={facts} />}
      <div className={styles.secret} role="group" aria-label={what}>
        <code>{secret}</code>
        <CopyButton value={secret} what={what} />
      </div>
      <p className={styles.warning}>
        It is shown this once. Keep it where only your server can read it, never in a page or a repository.
      </p>
      <p role="alert">{warned && "Have you copied it? Close again to leave; it cannot be shown a second time."}</p>
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          I have kept it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
