import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { Dialog, DialogActions } from "./Dialog";
import { FormError } from "./Field";

interface ConfirmProps<Variables> {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  /** What the button says: the deed itself, such as "Cancel payment". */
  action: string;
  danger?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the write answers
  write: UseMutationResult<any, Error, Variables>;
  variables: Variables;
  children?: ReactNode;
}

/** Asks before a write and shows its error; closes once it is done. */
export function Confirm<Variables>(props: ConfirmProps<Variables>) {
  const { open, onOpenChange, title, description, action, danger = false, write, variables, children } = props;
  function change(next: boolean): void {
    if (next || !write.isPending) {
      write.reset();
      onOpenChange(next);
    }
  }
  return (
    <Dialog open={open} onOpenChange={change} title={title} description={description}>
      {children}
      <FormError error={write.error} />
      <DialogActions>
        <Button onClick={() => change(false)}>Keep as it is</Button>
        <Button
          variant={danger ? "danger" : "primary"}
          busy={write.isPending}
          onClick={() => write.mutate(variables, { onSuccess: () => onOpenChange(false) })}
        >
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
