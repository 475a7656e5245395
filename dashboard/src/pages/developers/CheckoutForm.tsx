import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/errors";
import { type Merchant, type MerchantChange, merchantKeys, updateMerchant } from "../../api/merchant";
import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { FormError, TextArea, TextField } from "../../components/Field";
import { useToasts } from "../../components/Toast";
import { parseOrigins } from "./origins";

/** What shoppers see and whose pages may embed the checkout. */
export function CheckoutForm({ merchant }: { merchant: Merchant }) {
  const toasts = useToasts();
  // What others change meanwhile stays as they want it.
  const [opened, setOpened] = useState(merchant);
  const [name, setName] = useState(merchant.name);
  const [text, setText] = useState(merchant.allowed_origins.join("\n"));
  const parsed = parseOrigins(text);
  const save = useWrite({
    send: updateMerchant,
    // The session tells the merchant's name, too.
    outdates: [merchantKeys.all, ["session"]],
    onDone: (saved) => {
      setOpened(saved);
      setName(saved.name);
      setText(saved.allowed_origins.join("\n"));
      toasts.done("The settings have been saved.");
    },
  });
  const { error } = save;
  // An item's field may be named with its place, as in allowed_origins.3.
  const field = error instanceof ApiError ? error.field?.split(/[.[]/)[0] : undefined;
  const said = field === "name" || field === "allowed_origins";

  function submit(event: FormEvent): void {
    event.preventDefault();
    if ("problem" in parsed || save.isPending) return;
    const changes: MerchantChange = {};
    if (name.trim() !== opened.name) changes.name = name.trim();
    if (parsed.origins.join() !== opened.allowed_origins.join()) changes.allowed_origins = parsed.origins;
    if (Object.keys(changes).length === 0) toasts.done("Nothing has changed.");
    else save.mutate(changes);
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextField
        label="Name"
        hint="Shoppers see it on the payment page."
        maxLength={100}
        autoComplete="organization"
        value={name}
        error={field === "name" ? error?.message : null}
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        label="Allowed origins"
        hint="One a line, such as https://shop.example. Only their pages may embed your checkout."
        rows={4}
        spellCheck={false}
        autoCapitalize="none"
        className="code"
        value={text}
        error={"problem" in parsed ? parsed.problem : field === "allowed_origins" ? error?.message : null}
        onChange={(event) => setText(event.target.value)}
      />
      <FormError error={said ? null : error} />
      <div className="cluster">
        <Button type="submit" variant="primary" busy={save.isPending}>
          Save settings
        </Button>
      </div>
    </form>
  );
}
