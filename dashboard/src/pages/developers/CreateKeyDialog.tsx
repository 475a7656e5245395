import { type FormEvent, useState } from "react";
import { type ApiKeyWithSecret, apiKeyKeys, createApiKey } from "../../api/apiKeys";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Dialog, DialogActions } from "../../components/Dialog";
import { FormError, TextField } from "../../components/Field";

interface CreateKeyDialogProps {
  onClose: () => void;
  onMade: (key: ApiKeyWithSecret) => void;
}

export function CreateKeyDialog({ onClose, onMade }: CreateKeyDialogProps) {
  const [name, setName] = useState("");
  const create = useWrite({
    send: (wanted: string) => createApiKey(wanted),
    outdates: [apiKeyKeys.all],
    onDone: onMade,
  });

  // Whoever left now would never see the secret.
  function leave(): void {
    if (!create.isPending) onClose();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!create.isPending) create.mutate(name.trim());
  }

  return (
    <Dialog open onOpenChange={leave} title="Create an API key" description="Its secret is shown once, right after.">
      <form className="stack" onSubmit={submit} noValidate>
        <TextField
          label="Name"
          hint="Optional: what the key is for."
          maxLength={100}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <FormError error={create.error} />
        <DialogActions>
          <Button onClick={leave}>Close</Button>
          <Button type="submit" variant="primary" busy={create.isPending}>
            Create key
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
