import { type FormEvent, useState } from "react";
import type { EndpointSettings } from "../../api/endpoints";
import { ApiError } from "../../api/errors";
import { Button } from "../../components/Button";
import { DialogActions } from "../../components/Dialog";
import { FormError, TextField } from "../../components/Field";
import { EventFilterField } from "./EventFilterField";

interface EndpointFormProps {
  initial: EndpointSettings;
  /** What the button says. */
  action: string;
  busy: boolean;
  error: Error | null;
  onSubmit: (settings: EndpointSettings) => void;
  onCancel: () => void;
}

const FIELDS = ["url", "events", "description"];

/** An endpoint's settings; which addresses are allowed is for the API to say, at the field. */
export function EndpointForm({ initial, action, busy, error, onSubmit, onCancel }: EndpointFormProps) {
  const [settings, setSettings] = useState(initial);
  const [sent, setSent] = useState(false);
  const set = (change: Partial<EndpointSettings>) => setSettings((now) => ({ ...now, ...change }));
  const field = error instanceof ApiError ? FIELDS.find((name) => error.field?.split(".")[0] === name) : undefined;
  const refused = (name: string) => (field === name ? (error?.message ?? null) : null);
  const url = settings.url.trim();
  const urlProblem = URL.canParse(url) ? null : "Enter a whole URL, such as https://example.com/webhooks.";
  const eventsProblem = settings.events.length === 0 ? "Choose one event at least." : null;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setSent(true);
    if (!urlProblem && !eventsProblem && !busy) {
      onSubmit({ ...settings, url, description: settings.description.trim() });
    }
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextField
        label="URL"
        type="url"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        maxLength={2048}
        placeholder="https://example.com/webhooks"
        value={settings.url}
        error={(sent && urlProblem) || refused("url")}
        onChange={(event) => set({ url: event.target.value })}
      />
      <TextField
        label="Description"
        hint="Optional; only you see it."
        maxLength={255}
        value={settings.description}
        error={refused("description")}
        onChange={(event) => set({ description: event.target.value })}
      />
      <EventFilterField
        chosen={settings.events}
        error={(sent && eventsProblem) || refused("events")}
        onChange={(events) => set({ events })}
      />
      <FormError error={field ? null : error} />
      <DialogActions>
        <Button onClick={onCancel}>Close</Button>
        <Button type="submit" variant="primary" busy={busy}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
