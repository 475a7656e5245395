import { useSession } from "../../app/session";
import { Page } from "../../components/Page";
import { Tabs } from "../../components/Tabs";
import { ApiKeys } from "./ApiKeys";
import { Idempotency } from "./Idempotency";
import { RequestLog } from "./RequestLog";
import { Settings } from "./Settings";
import { Snippets } from "./Snippets";
import { TestValues } from "./TestValues";

export default function DevelopersPage() {
  const { test_mode: testMode } = useSession();
  return (
    <Page title="Developers">
      <Tabs
        label="Developers"
        tabs={[
          { value: "keys", label: "API keys", content: <ApiKeys /> },
          { value: "settings", label: "Settings", content: <Settings /> },
          { value: "snippets", label: "Snippets", content: <Snippets /> },
          { value: "requests", label: "Requests", content: <RequestLog /> },
          { value: "idempotency", label: "Idempotency", content: <Idempotency /> },
          ...(testMode ? [{ value: "test-values", label: "Test values", content: <TestValues /> }] : []),
        ]}
      />
    </Page>
  );
}
