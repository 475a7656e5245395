import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  type ApiKey,
  type ApiKeyWithSecret,
  apiKeyKeys,
  apiKeyState,
  apiKeysQuery,
  revokeApiKey,
} from "../../api/apiKeys";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { Confirm } from "../../components/Confirm";
import { DateTime, useNow } from "../../components/DateTime";
import { Id } from "../../components/Id";
import { SecretDialog } from "../../components/SecretDialog";
import { EmptyState, QueryView } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import { useToasts } from "../../components/Toast";
import type { Column } from "../../components/table/columns";
import { SimpleTable } from "../../components/table/SimpleTable";
import { CreateKeyDialog } from "./CreateKeyDialog";
import { RotateKeyDialog } from "./RotateKeyDialog";

type Open = { deed: "create" } | { deed: "rotate" | "revoke"; key: ApiKey } | null;

/** What servers are known by. */
export function ApiKeys() {
  const keys = useQuery(apiKeysQuery());
  const [open, setOpen] = useState<Open>(null);
  const [made, setMade] = useState<ApiKeyWithSecret | null>(null);
  const now = useNow(10_000);

  function showSecret(key: ApiKeyWithSecret): void {
    setOpen(null);
    setMade(key);
  }

  const columns: readonly Column<ApiKey>[] = [
    { id: "id", header: "Key", cell: (key) => <Id value={key.id} what="key id" /> },
    { id: "name", header: "Name", from: "tablet", cell: (key) => key.name ?? "–" },
    { id: "state", header: "State", cell: (key) => <KeyState apiKey={key} now={now} /> },
    { id: "created_at", header: "Created", from: "desktop", cell: (key) => <DateTime value={key.created_at} /> },
    {
      id: "deeds",
      header: "Actions",
      cell: (key) => {
        const state = apiKeyState(key, now);
        return (
          <span className="cluster">
            {state === "active" && (
              <Button size="small" aria-label={`Rotate ${key.id}`} onClick={() => setOpen({ deed: "rotate", key })}>
                Rotate
              </Button>
            )}
            {state !== "revoked" && (
              <Button size="small" aria-label={`Revoke ${key.id}`} onClick={() => setOpen({ deed: "revoke", key })}>
                Revoke
              </Button>
            )}
          </span>
        );
      },
    },
  ];

  return (
    <Card
      title="API keys"
      flush
      actions={
        <Button size="small" variant="primary" onClick={() => setOpen({ deed: "create" })}>
          Create key
        </Button>
      }
    >
      <QueryView query={keys} what="API keys">
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title="No API keys.">Your server needs one to reach the API.</EmptyState>
          ) : (
            <SimpleTable label="API keys" columns={columns} rows={data} rowId={(key) => key.id} />
          )
        }
      </QueryView>
      {open?.deed === "create" && <CreateKeyDialog onClose={() => setOpen(null)} onMade={showSecret} />}
      {open?.deed === "rotate" && (
        <RotateKeyDialog apiKey={open.key} onClose={() => setOpen(null)} onMade={showSecret} />
      )}
      {open?.deed === "revoke" && <RevokeKey apiKey={open.key} onClose={() => setOpen(null)} />}
      {made && (
        <SecretDialog
          title="The new key’s secret"
          description="A server sends the key and its secret with every request."
          facts={[["Key", <Id key="id" value={made.id} what="key id" />]]}
          secret={made.secret}
          what="API secret"
          onClose={() => setMade(null)}
        />
      )}
    </Card>
  );
}

function KeyState({ apiKey, now }: { apiKey: ApiKey; now: number }) {
  const state = apiKeyState(apiKey, now);
  return (
    <span className="cluster">
      <StatusBadge status={state} />
      {state === "ending" && apiKey.revoked_at && <DateTime value={apiKey.revoked_at} />}
    </span>
  );
}

function RevokeKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const toasts = useToasts();
  const revoke = useWrite({
    send: (id: string) => revokeApiKey(id),
    outdates: [apiKeyKeys.all],
    onDone: () => toasts.done("The key has been revoked."),
  });
  return (
    <Confirm
      open
      onOpenChange={(stay) => {
        if (!stay) onClose();
      }}
      title="Revoke this key?"
      description={
        <>
          Requests with <span className="code">{apiKey.id}</span> are refused within a minute, and checkouts that name
          it take no payments. This cannot be undone.
        </>
      }
      action="Revoke key"
      danger
      write={revoke}
      variables={apiKey.id}
    />
  );
}
