import { useState } from "react";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { Page } from "../../components/Page";
import { Tabs } from "../../components/Tabs";
import { useFilters } from "../../components/table/list";
import { DELIVERY_FILTERS, Deliveries } from "./Deliveries";
import { NewEndpointDialog } from "./EndpointDialogs";
import { Endpoints } from "./Endpoints";
import { ReplayDialog } from "./ReplayDialog";
import { formFor } from "./replayForm";

export default function WebhooksPage() {
  const { filters } = useFilters(DELIVERY_FILTERS);
  const [open, setOpen] = useState<"new" | "replay" | null>(null);
  const close = () => setOpen(null);
  return (
    <Page
      title="Webhooks"
      actions={
        <>
          <Button onClick={() => setOpen("replay")}>Send many again</Button>
          <Button variant="primary" onClick={() => setOpen("new")}>
            <Icon name="plus" size={14} />
            Add endpoint
          </Button>
        </>
      }
    >
      <Tabs
        label="Webhooks"
        tabs={[
          { value: "endpoints", label: "Endpoints", content: <Endpoints /> },
          { value: "deliveries", label: "Deliveries", content: <Deliveries /> },
        ]}
      />
      {open === "new" && <NewEndpointDialog onClose={close} />}
      {open === "replay" && <ReplayDialog initial={formFor(filters)} onClose={close} />}
    </Page>
  );
}
