import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { merchantKeys, merchantQuery, rotateCheckoutSecret } from "../../api/merchant";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { Confirm } from "../../components/Confirm";
import { SecretDialog } from "../../components/SecretDialog";
import { QueryView } from "../../components/States";
import { CheckoutForm } from "./CheckoutForm";

/** How the checkout is set up, and where webhooks are. */
export function Settings() {
  const merchant = useQuery(merchantQuery());
  return (
    <div className="stack">
      <Card title="Checkout">
        <QueryView query={merchant} what="settings" lines={5}>
          {(data) => <CheckoutForm merchant={data} />}
        </QueryView>
      </Card>
      <CheckoutSecret />
      <Card title="Webhooks">
        <p>
          Endpoints, the events that they get and their signing secrets are under <Link to="/webhooks">Webhooks</Link>.
        </p>
      </Card>
    </div>
  );
}

function CheckoutSecret() {
  const [asking, setAsking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const rotate = useWrite({
    name: ["rotate-checkout-secret"],
    send: (_: null, idempotencyKey) => rotateCheckoutSecret(idempotencyKey),
    outdates: [merchantKeys.all],
    onDone: (made) => {
      setAsking(false);
      setSecret(made.secret);
    },
  });
  return (
    <Card
      title="Checkout secret"
      actions={
        <Button size="small" onClick={() => setAsking(true)}>
          Rotate secret
        </Button>
      }
    >
      <p className="muted">
        Signs what the checkout tells your page, so that your server can verify it. It is never shown again once made.
      </p>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Rotate the checkout secret?"
        description="The present secret ends at once: servers that verify with it refuse results until they have the new one."
        action="Rotate secret"
        danger
        write={rotate}
        variables={null}
      />
      {secret && (
        <SecretDialog
          title="The new checkout secret"
          description="Servers verify the checkout’s results with it, from now on."
          secret={secret}
          what="checkout secret"
          onClose={() => {
            setSecret(null);
            rotate.reset();
          }}
        />
      )}
    </Card>
  );
}
