import { useMutation } from "@tanstack/react-query";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { useToasts } from "../../components/Toast";
import { saveFile } from "../../lib/csv";

/** The API's own file, for the books; `name` is of the day or month. */
export function SaveCsv({ name, fetch }: { name: string; fetch: () => Promise<string> }) {
  const toasts = useToasts();
  const save = useMutation({
    mutationFn: fetch,
    onSuccess: (text) => {
      saveFile(`settlement-${name}.csv`, text);
      toasts.done("Saved as CSV.");
    },
    onError: toasts.failed,
  });
  return (
    <Button busy={save.isPending} onClick={() => save.mutate()}>
      <Icon name="download" size={14} />
      Export CSV
    </Button>
  );
}
