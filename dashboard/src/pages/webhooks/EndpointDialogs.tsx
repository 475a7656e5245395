import { useState } from "react";
import {
  createEndpoint,
  type Endpoint,
  type EndpointChange,
  type EndpointSettings,
  type EndpointWithSecret,
  endpointKeys,
  updateEndpoint,
} from "../../api/endpoints";
import { useWrite } from "../../api/writes";
import { Dialog } from "../../components/Dialog";
import { SecretDialog } from "../../components/SecretDialog";
import { useToasts } from "../../components/Toast";
import { EndpointForm } from "./EndpointForm";
import { EVERYTHING } from "./eventFilters";
import { changesOf, settingsOf } from "./settings";

const NEW: EndpointSettings = { url: "", description: "", events: [EVERYTHING] };

/** Adds an endpoint and shows its secret. */
export function NewEndpointDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<EndpointWithSecret | null>(null);
  const create = useWrite({
    name: [...endpointKeys.all, "create"],
    send: createEndpoint,
    outdates: [endpointKeys.all, ["summary"]],
    onDone: setMade,
  });
  // Whoever left now would never see the secret.
  const leave = () => {
    if (!create.isPending) onClose();
  };
  if (made) {
    return (
      <SecretDialog
        title="Your endpoint is ready"
        description="What it gets is signed with this secret; verify the signatures with it."
        facts={[["URL", made.url]]}
        secret={made.secret}
        what="signing secret"
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog open onOpenChange={leave} title="Add an endpoint" description="Events are posted to it as they happen.">
      <EndpointForm
        initial={NEW}
        action="Add endpoint"
        busy={create.isPending}
        error={create.error}
        onSubmit={(settings) => create.mutate(settings)}
        onCancel={leave}
      />
    </Dialog>
  );
}

/** Changes an endpoint's settings. Its status stays, but for one that had no URL. */
export function EditEndpointDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const toasts = useToasts();
  // The endpoint is asked for again all the while.
  const [opened] = useState(() => settingsOf(endpoint));
  const edit = useWrite({
    send: (change: EndpointChange) => updateEndpoint(endpoint.id, change),
    outdates: [endpointKeys.all, ["summary"]],
    onDone: () => {
      toasts.done("The endpoint’s settings are saved.");
      onClose();
    },
  });

  function save(settings: EndpointSettings): void {
    const change = changesOf(opened, settings, endpoint);
    if (Object.keys(change).length === 0) onClose();
    else edit.mutate(change);
  }

  const withoutUrl = endpoint.disabled_reason === "no_url";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Edit this endpoint"
      description={withoutUrl ? "With a URL it is enabled." : "Events that happen from now on follow these settings."}
    >
      <EndpointForm
        initial={opened}
        action="Save"
        busy={edit.isPending}
        error={edit.error}
        onSubmit={save}
        onCancel={onClose}
      />
    </Dialog>
  );
}
