// Serves what a snippet of docs/webhooks.md exports, `verified` or `read`: 204 if it takes a webhook, 400 if not.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const { verified, read } = await import(pathToFileURL(process.argv[2]));

function takes(body, headers) {
  if (verified) return verified(JSON.parse(body), headers, process.env.WEBHOOK_SECRET);
  try {
    return read(body, headers).event !== undefined;
  } catch (error) {
    console.log(error.message);
    return false;
  }
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => response.writeHead(takes(Buffer.concat(parts), request.headers) ? 204 : 400).end());
});
server.listen(Number(process.env.PORT), '127.0.0.1');
