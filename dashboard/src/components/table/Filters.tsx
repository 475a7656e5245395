import { type FormEvent, useEffect, useState } from "react";
import { toWords } from "../../lib/format";
import { Button } from "../Button";
import { SelectField, TextField } from "../Field";
import styles from "./Filters.module.css";

interface FilterSelectProps {
  label: string;
  value: string | undefined;
  options: readonly string[];
  onChange: (value: string) => void;
  /** Words for an option, where its own are not good enough. */
  name?: (option: string) => string;
}

export function FilterSelect({ label, value, options, onChange, name = toWords }: FilterSelectProps) {
  return (
    <div className={styles.select}>
      <SelectField label={label} quiet value={value ?? ""} onChange={(event) => onChange(event.target.value)}>
        <option value="">{label}: any</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {name(option)}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

interface FilterDaysProps {
  /** Days as in a URL: 2026-01-31. */
  from: string | undefined;
  to: string | undefined;
  onChange: (change: { from?: string; to?: string }) => void;
}

/** Days in the reader's zone, both included. */
export function FilterDays({ from, to, onChange }: FilterDaysProps) {
  return (
    <div className={styles.days}>
      <Day label="From" value={from} onChange={(day) => onChange({ from: day })} />
      <Day label="To" value={to} onChange={(day) => onChange({ to: day })} />
    </div>
  );
}

interface DayProps {
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
}

function Day({ label, value, onChange }: DayProps) {
  return (
    <div className={styles.day}>
      <span aria-hidden="true" className="muted">
        {label}
      </span>
      <TextField
        label={label}
        quiet
        type="date"
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

interface SearchBoxProps {
  label: string;
  placeholder: string;
  value: string;
  /** Gets the text once the reader presses Enter; what is wrong with it, if anything. */
  onSearch: (text: string) => string | null;
}

/** The page's search; `/` leads here. */
export function SearchBox({ label, placeholder, value, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => setText(value), [value]);

  function search(event: FormEvent): void {
    event.preventDefault();
    setProblem(onSearch(text.trim()));
  }

  return (
    <form className={styles.search} role="search" onSubmit={search}>
      <TextField
        label={label}
        quiet
        type="search"
        placeholder={placeholder}
        value={text}
        error={problem}
        spellCheck={false}
        autoComplete="off"
        data-search
        onChange={(event) => {
          setText(event.target.value);
          setProblem(null);
          if (event.target.value === "" && value !== "") onSearch("");
        }}
      />
    </form>
  );
}

export function ClearFilters({ active, onClear }: { active: number; onClear: () => void }) {
  if (active === 0) return null;
  return (
    <Button variant="quiet" size="small" onClick={onClear}>
      Clear filters
    </Button>
  );
}
