import hashlib
import time

import jwt
import rfc8785


class Permits:
    """used: ids of permits and when they expire; to be shared by all processes of the service."""

    def __init__(self, jwks, issuer, audience, used=None):
        self.keys = jwt.PyJWKClient(jwks)
        self.issuer = issuer
        self.audience = audience
        self.used = {} if used is None else used

    def check(self, token, tool, args):
        if jwt.get_unverified_header(token).get("typ") != "writ-permit+jwt":
            raise jwt.InvalidTokenError("not a permit")
        claims = jwt.decode(
            token,
            self.keys.get_signing_key_from_jwt(token),
            algorithms=["ES256"],
            issuer=self.issuer,
            audience=self.audience,
            leeway=5,
            options={"require": ["exp", "jti", "tool", "args"]},
        )
        if claims["tool"] != tool:
            raise jwt.InvalidTokenError("for another tool")
        digest = hashlib.sha256(rfc8785.dumps(args)).hexdigest()
        if claims["args"] != "sha256:" + digest:
            raise jwt.InvalidTokenError("for other arguments")
        now = time.time()
        for expired in [i for i, expires in self.used.items() if expires < now]:
            del self.used[expired]
        if claims["jti"] in self.used:
            raise jwt.InvalidTokenError("used before")
        self.used[claims["jti"]] = claims["exp"] + 5
        return claims
