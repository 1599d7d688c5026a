package dev.writ.gateway.identity;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** A request to find out whose key that is. */
final class ApiKeyRequest extends BaseAuthenticationRequest {

    private final PresentedKey presented;

    ApiKeyRequest(PresentedKey presented) {
        this.presented = presented;
    }

    PresentedKey presented() {
        return presented;
    }
}
