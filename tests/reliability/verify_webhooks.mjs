// Verifies webhooks as a merchant's Node server would: node verify_webhooks.mjs FILE prints how many are genuine.
// FILE is JSON, [{"headers": {…}, "body": "…", "secret": "whsec_…"}, …].
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

const same = (one, other) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

const genuine = ({ headers, body, secret }) => {
  const simple = createHmac('sha256', secret).update(JSON.stringify(JSON.parse(body))).digest('hex');
  const standard = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    .digest('base64');
  return (
    same(headers['x-webhook-signature'], simple) &&
    headers['webhook-signature'].split(' ').some((signature) => same(signature, `v1,${standard}`))
  );
};

console.log(JSON.parse(readFileSync(process.argv[2], 'utf8')).filter(genuine).length);
