import { useRef, useState } from "react";
import { CSV_ROWS_MAX, type CsvColumn, collectRows, saveFile, toCsv } from "../../lib/csv";
import { formatCount, pluralize } from "../../lib/format";
import { Button } from "../Button";
import { Dialog, DialogActions } from "../Dialog";
import { FormError } from "../Field";
import { Icon } from "../Icon";
import { useToasts } from "../Toast";

interface ExportButtonProps<Row> {
  label: string;
  columns: readonly CsvColumn<Row>[];
  pages: (signal: AbortSignal) => AsyncIterable<readonly Row[]>;
}

/** Fetches the whole filtered list through the API and saves it; a dialog counts along and can stop it. */
export function ExportButton<Row>({ label, columns, pages }: ExportButtonProps<Row>) {
  const toasts = useToasts();
  const running = useRef<AbortController | null>(null);
  const [open, setOpen] = useState(false);
  const [count, setCount] = useState(0);
  const [error, setError] = useState<unknown>(null);
  if (columns.length === 0) return null;

  async function run(): Promise<void> {
    const controller = new AbortController();
    running.current = controller;
    setCount(0);
    setError(null);
    setOpen(true);
    try {
      const { rows, cut } = await collectRows(pages(controller.signal), setCount);
      if (controller.signal.aborted) return;
      const day = new Date().toISOString().slice(0, 10);
      saveFile(`${label.toLowerCase().replaceAll(" ", "-")}-${day}.csv`, toCsv(columns, rows));
      setOpen(false);
      const bound = cut ? `, which is the most; narrow the filters for the rest` : "";
      toasts.done(`Saved ${pluralize(rows.length, "row")}${bound}.`);
    } catch (problem) {
      if (!controller.signal.aborted) setError(problem);
    }
  }

  function stop(): void {
    running.current?.abort();
    setOpen(false);
  }

  return (
    <>
      <Button size="icon" aria-label="Export CSV" title="Export CSV" onClick={() => void run()}>
        <Icon name="download" />
      </Button>
      <Dialog
        open={open}
        onOpenChange={(next) => {
          if (!next) stop();
        }}
        title={`Exporting ${label.toLowerCase()}`}
        description={`Everything that the filters let through, up to ${formatCount(CSV_ROWS_MAX)} rows.`}
      >
        <p role="status" className="number">
          {pluralize(count, "row")} so far
        </p>
        <FormError error={error} />
        <DialogActions>
          <Button onClick={stop}>Stop</Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
