// Who calls: a browser with a session cookie, or a back end with the token. And whether a page of another site made the
// browser do it.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Problem } from './problems.mjs';

const cookieName = 'runner_session';
const digest = (text) => createHash('sha256').update(text).digest();

/**
 * `request.caller` becomes {key, counted, address}: what the caller's runs are found under, which is also the tenant of its
 * runs, whether the limits of a session hold for it, and the address whose limits do; that of a back end has none.
 *
 * Sessions are nothing but a random id in a signed cookie: the server keeps no memory of one that has no run.
 */
export function addCallers(app, { token }) {
  const tokenDigest = token && digest(token);
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    const { authorization } = request.headers;
    if (authorization !== undefined && tokenDigest) {
      const given = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1] ?? '';
      if (!timingSafeEqual(digest(given), tokenDigest)) throw new Problem(401, 'UNAUTHENTICATED', 'this is not the token');
      // A back end may say for whom it calls: then that user has the limits of a session.
      const user = request.headers['x-runner-user'];
      request.caller = user !== undefined
        ? { key: `u-${digest(user).toString('base64url').slice(0, 22)}`, counted: true }
        : { key: 'token', counted: false };
      return;
    }
    refuseOtherSites(request);
    const known = request.unsignCookie(request.cookies[cookieName] ?? '');
    const id = known.valid ? known.value : randomBytes(16).toString('base64url');
    request.caller = { key: `s-${id}`, counted: true, address: request.ip };
    if (!known.valid) {
      reply.setCookie(cookieName, id, {
        signed: true,
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
        path: '/',
      });
    }
  });
}

// The rule of Go's http.CrossOriginProtection: browsers send Sec-Fetch-Site, older ones Origin with every POST; who sends
// neither is no browser, and has no cookie that a page could misuse. That bodies must be JSON comes on top: a form cannot.
function refuseOtherSites({ method, headers, host }) {
  if (method === 'GET' || method === 'HEAD') return;
  const site = headers['sec-fetch-site'];
  if (site !== undefined ? site === 'same-origin' || site === 'none' : isOwnOrigin(headers.origin, host)) return;
  throw new Problem(403, 'CROSS_SITE', 'requests of other sites are refused');
}

// `host` is what the browser asked for: a trusted proxy that asks us for another says so in X-Forwarded-Host.
const isOwnOrigin = (origin, host) =>
  origin === undefined || (URL.canParse(origin) && host !== '' && new URL(origin).host === host);
