import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import styles from "./Dialog.module.css";
import { Icon } from "./Icon";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** From the side, for the menu of small screens. */
  side?: boolean;
  children: ReactNode;
}

/**
 * A modal dialog: traps the focus and gives it back, Esc closes. Radix's own overlay would write a style element,
 * which the content security policy forbids, so the veil is ours and styles/base.css stops the page's scrolling.
 */
export function Dialog({ open, onOpenChange, title, description, side = false, children }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <div className={styles.veil} />
        <Primitive.Content
          className={side ? styles.drawer : styles.dialog}
          data-dialog="open"
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <div className={styles.head}>
            <Primitive.Title asChild>
              <h2>{title}</h2>
            </Primitive.Title>
            <Primitive.Close className={styles.close} aria-label="Close" data-dialog-close>
              <Icon name="close" size={14} />
            </Primitive.Close>
          </div>
          {description && (
            <Primitive.Description asChild>
              <div className="muted">{description}</div>
            </Primitive.Description>
          )}
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** A dialog's buttons, the main one last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
