import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { deliveryKeys, deliveryQuery } from "../../api/deliveries";
import { type Endpoint, sendTest } from "../../api/endpoints";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Dialog, DialogActions } from "../../components/Dialog";
import { FormError } from "../../components/Field";
import { KeyValue } from "../../components/KeyValue";
import { ErrorState, Skeleton, StaleNote } from "../../components/States";
import { StatusBadge } from "../../components/StatusBadge";
import { LIVE, pollWithBackoff } from "../../lib/polling";
import { lastAnswer } from "./words";

interface TestDialogProps {
  endpoint: Endpoint;
  onClose: () => void;
}

/** Sends `endpoint.test`, once, and waits for what comes of it. */
export function TestDialog({ endpoint, onClose }: TestDialogProps) {
  const [deliveryId, setDeliveryId] = useState<string | null>(null);
  const test = useWrite({
    name: ["test", endpoint.id],
    send: (id: string, idempotencyKey) => sendTest(id, idempotencyKey),
    outdates: [deliveryKeys.all],
    onDone: (delivery) => setDeliveryId(delivery.id),
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Send a test"
      description={
        <>
          <span className="code">endpoint.test</span> is sent once, whatever events the endpoint wants. A failed test
          counts for nothing.
        </>
      }
    >
      {deliveryId && <TestResult key={deliveryId} deliveryId={deliveryId} />}
      <FormError error={test.error} />
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="primary" busy={test.isPending} onClick={() => test.mutate(endpoint.id)}>
          {deliveryId ? "Send another" : "Send test"}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const PATIENCE_MS = 10_000;
const livePoll = pollWithBackoff(LIVE);

function TestResult({ deliveryId }: { deliveryId: string }) {
  const settled = (status: string | undefined) => status !== undefined && status !== "pending";
  const delivery = useQuery({
    ...deliveryQuery(deliveryId),
    refetchInterval: (query) => (settled(query.state.data?.status) ? false : livePoll(query)),
  });
  const { data, error } = delivery;
  const [waits, setWaits] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWaits(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (data === undefined && error) return <ErrorState error={error} onRetry={() => void delivery.refetch()} />;
  if (!data || !settled(data.status)) {
    return (
      <div className="stack">
        <Skeleton lines={3} what="the endpoint’s answer" />
        <p className="muted" role="status">
          {waits && "No answer yet; it has 15 seconds from the moment that it is sent."}
        </p>
        <StaleNote error={error} />
      </div>
    );
  }
  const attempt = data.attempt_log[0];
  return (
    <div role="status">
      <KeyValue
        items={[
          ["Result", <StatusBadge key="status" status={data.status} />],
          ["Answer", lastAnswer(data)],
          ["Took", attempt && `${attempt.duration_ms} ms`],
          ["What went wrong", attempt?.error],
          [
            "Details",
            <Link key="details" to={`/webhooks/deliveries/${data.id}`}>
              The whole exchange
            </Link>,
          ],
        ]}
      />
    </div>
  );
}
