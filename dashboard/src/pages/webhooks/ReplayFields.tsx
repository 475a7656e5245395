import { useQuery } from "@tanstack/react-query";
import { endpointsQuery } from "../../api/endpoints";
import { SelectField, TextField } from "../../components/Field";
import { toWords } from "../../lib/format";
import { LOGGED_EVENTS } from "./eventFilters";
import { REPLAY_STATUSES, type ReplayForm, type ReplayProblems } from "./replayForm";
import styles from "./Webhooks.module.css";
import { endpointName } from "./words";

interface ReplayFieldsProps {
  form: ReplayForm;
  problems: ReplayProblems;
  onChange: (change: Partial<ReplayForm>) => void;
}

/** Which deliveries are meant. */
export function ReplayFields({ form, problems, onChange }: ReplayFieldsProps) {
  const { data } = useQuery(endpointsQuery());
  const endpoints = data?.data.filter((each) => each.status === "enabled" || each.id === form.endpoint_id) ?? [];
  const known = !form.endpoint_id || endpoints.some((endpoint) => endpoint.id === form.endpoint_id);
  return (
    <>
      <SelectField label="Status" value={form.status} onChange={(event) => onChange({ status: event.target.value })}>
        <option value="">Held or exhausted</option>
        {REPLAY_STATUSES.map((status) => (
          <option key={status} value={status}>
            {toWords(status)}
          </option>
        ))}
      </SelectField>
      <SelectField label="Event" value={form.event} onChange={(event) => onChange({ event: event.target.value })}>
        <option value="">Any</option>
        {LOGGED_EVENTS.map((event) => (
          <option key={event} value={event}>
            {event}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Endpoint"
        hint="Endpoints that are disabled are left out."
        value={form.endpoint_id}
        onChange={(event) => onChange({ endpoint_id: event.target.value })}
      >
        <option value="">All that are enabled</option>
        {!known && <option value={form.endpoint_id}>{form.endpoint_id}</option>}
        {endpoints.map((endpoint) => (
          <option key={endpoint.id} value={endpoint.id}>
            {endpointName(endpoint, endpoint.id)}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Payment id"
        placeholder="Any"
        spellCheck={false}
        autoComplete="off"
        value={form.payment_id}
        error={problems.payment_id}
        onChange={(event) => onChange({ payment_id: event.target.value })}
      />
      <div className={styles.pair}>
        <TextField
          label="Created from"
          type="date"
          value={form.from}
          onChange={(event) => onChange({ from: event.target.value })}
        />
        <TextField
          label="Created until"
          type="date"
          value={form.to}
          error={problems.to}
          onChange={(event) => onChange({ to: event.target.value })}
        />
      </div>
    </>
  );
}
