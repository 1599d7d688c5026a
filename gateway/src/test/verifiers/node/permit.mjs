import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** RFC 8785: JavaScript writes numbers and texts that way already, and sorts names that way. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

/** @param used ids of permits and when they expire; to be shared by all processes of the service */
export function permits({ jwks, issuer, audience, used = new Map() }) {
  const keys = createRemoteJWKSet(new URL(jwks));
  return async function check(token, tool, args) {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256'],
      typ: 'writ-permit+jwt',
      issuer,
      audience,
      clockTolerance: 5,
      requiredClaims: ['exp', 'jti', 'tool', 'args'],
    });
    if (payload.tool !== tool) throw new Error('for another tool');
    const digest = createHash('sha256').update(canonical(args)).digest('hex');
    if (payload.args !== `sha256:${digest}`) throw new Error('for other arguments');
    const now = Date.now() / 1000;
    for (const [id, expires] of used) if (expires < now) used.delete(id);
    if (used.has(payload.jti)) throw new Error('used before');
    used.set(payload.jti, payload.exp + 5);
    return payload;
  };
}
