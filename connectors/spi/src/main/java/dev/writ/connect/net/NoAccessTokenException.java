package dev.writ.connect.net;

/** The authorization server gave no access token; the message says why, and holds nothing that the server wrote. */
public final class NoAccessTokenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoAccessTokenException(String message) {
        super(message);
    }
}
