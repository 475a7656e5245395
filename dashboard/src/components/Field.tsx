import { type ComponentProps, type ReactNode, useId } from "react";
import { ApiError, describeError } from "../api/errors";
import { classes } from "../lib/classes";
import styles from "./Field.module.css";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value, in a sentence. */
  error?: string | null | undefined;
  /** The label is for screen readers only, where the place says what the field is for. */
  quiet?: boolean;
  /** Gets the attributes that tie the control to its label, hint and error. */
  children: (attributes: ControlAttributes) => ReactNode;
}

interface ControlAttributes {
  id: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
}

export function Field({ label, hint, error, quiet = false, children }: FieldProps) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={quiet ? "said" : styles.label}>
        {label}
      </label>
      {children({
        id,
        ...(error ? { "aria-invalid": true as const } : {}),
        ...(describedBy ? { "aria-describedby": describedBy } : {}),
      })}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

type Wrapped<Element extends "input" | "select" | "textarea"> = Omit<FieldProps, "children"> & ComponentProps<Element>;

export function TextField({ label, hint, error, quiet, className, ...rest }: Wrapped<"input">) {
  return (
    <Field label={label} hint={hint} error={error} quiet={quiet ?? false}>
      {(attributes) => <input type="text" {...rest} {...attributes} className={classes(styles.control, className)} />}
    </Field>
  );
}

export function TextArea({ label, hint, error, quiet, className, ...rest }: Wrapped<"textarea">) {
  return (
    <Field label={label} hint={hint} error={error} quiet={quiet ?? false}>
      {(attributes) => <textarea rows={3} {...rest} {...attributes} className={classes(styles.control, className)} />}
    </Field>
  );
}

export function SelectField({ label, hint, error, quiet, className, ...rest }: Wrapped<"select">) {
  return (
    <Field label={label} hint={hint} error={error} quiet={quiet ?? false}>
      {(attributes) => (
        <select {...rest} {...attributes} className={classes(styles.control, styles.select, className)} />
      )}
    </Field>
  );
}

interface CheckboxProps extends ComponentProps<"input"> {
  label: ReactNode;
}

export function Checkbox({ label, ...rest }: CheckboxProps) {
  return (
    <label className={styles.checkbox}>
      <input type="checkbox" {...rest} />
      <span>{label}</span>
    </label>
  );
}

/** A write's error, where it belongs to no single field. */
export function FormError({ error }: { error: unknown }) {
  if (!error) return null;
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div className={styles.formError} role="alert">
      {describeError(error)}
      {requestId && <span className={styles.requestId}>Request {requestId}</span>}
    </div>
  );
}
