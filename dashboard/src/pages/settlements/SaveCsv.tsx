import { useWrite } from "../../api/writes";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { useToasts } from "../../components/Toast";
import { saveFile } from "../../lib/csv";

/** The API's own file, for the books; `name` is of the day or month. */
export function SaveCsv({ name, fetch }: { name: string; fetch: () => Promise<string> }) {
  const toasts = useToasts();
  const save = useWrite({
    send: (_: string) => fetch(),
    onDone: (text, of) => {
      saveFile(`settlement-${of}.csv`, text);
      toasts.done("Saved as CSV.");
    },
  });
  return (
    <Button busy={save.isPending} onClick={() => save.mutate(name, { onError: toasts.failed })}>
      <Icon name="download" size={14} />
      Export CSV
    </Button>
  );
}
