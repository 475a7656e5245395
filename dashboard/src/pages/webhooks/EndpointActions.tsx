import { useState } from "react";
import { useNavigate } from "react-router";
import { deliveryKeys } from "../../api/deliveries";
import { deleteEndpoint, type Endpoint, endpointKeys, updateEndpoint } from "../../api/endpoints";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Confirm";
import { useToasts } from "../../components/Toast";
import { EnableDialog } from "./EnableDialog";
import { EditEndpointDialog } from "./EndpointDialogs";
import { RotateSecretDialog } from "./RotateSecretDialog";
import { TestDialog } from "./TestDialog";

/** What can be done with the endpoint as it stands. */
export function EndpointActions({ endpoint }: { endpoint: Endpoint }) {
  const navigate = useNavigate();
  const toasts = useToasts();
  const [open, setOpen] = useState<"test" | "edit" | "rotate" | "enable" | "disable" | "delete" | null>(null);
  const close = () => setOpen(null);
  const disable = useWrite({
    send: (id: string) => updateEndpoint(id, { status: "disabled" }),
    outdates: [endpointKeys.all, deliveryKeys.all, ["summary"]],
    onDone: () => toasts.done("The endpoint is disabled; its events are held."),
  });
  const remove = useWrite({
    send: (id: string) => deleteEndpoint(id),
    outdates: [endpointKeys.list, deliveryKeys.all, ["summary"]],
    onDone: () => {
      toasts.done("The endpoint is deleted.");
      void navigate("/webhooks", { replace: true });
    },
  });
  const { status, disabled_reason } = endpoint;
  const change = (stay: boolean) => setOpen((now) => (stay ? now : null));
  return (
    <>
      {status === "enabled" && (
        <Button variant="primary" onClick={() => setOpen("test")}>
          Send test
        </Button>
      )}
      {status === "disabled" && disabled_reason !== "no_url" && (
        <Button variant="primary" onClick={() => setOpen("enable")}>
          Enable
        </Button>
      )}
      <Button onClick={() => setOpen("edit")}>Edit</Button>
      <Button onClick={() => setOpen("rotate")}>Rotate secret</Button>
      {status === "enabled" && <Button onClick={() => setOpen("disable")}>Disable</Button>}
      <Button variant="danger" onClick={() => setOpen("delete")}>
        Delete
      </Button>
      {open === "test" && <TestDialog endpoint={endpoint} onClose={close} />}
      {open === "enable" && <EnableDialog endpoint={endpoint} onClose={close} />}
      {open === "edit" && <EditEndpointDialog endpoint={endpoint} onClose={close} />}
      {open === "rotate" && <RotateSecretDialog endpoint={endpoint} onClose={close} />}
      <Confirm
        open={open === "disable"}
        onOpenChange={change}
        title="Disable this endpoint?"
        description="Its events are held for 30 days; once it is enabled again, they can be sent."
        action="Disable"
        write={disable}
        variables={endpoint.id}
      />
      <Confirm
        open={open === "delete"}
        onOpenChange={change}
        title="Delete this endpoint?"
        description="What is under way to it is cancelled, and its secret is gone. This cannot be undone."
        action="Delete endpoint"
        danger
        write={remove}
        variables={endpoint.id}
      />
    </>
  );
}
