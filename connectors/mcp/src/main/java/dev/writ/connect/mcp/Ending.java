package dev.writ.connect.mcp;

import java.util.Optional;

/** How a request ended, if not by its answer. */
sealed interface Ending {

    /** For the sentence "..., but <reason>". */
    String reason();

    /** No connection, so nothing was sent. */
    record Unsent(String reason) implements Ending {}

    /** A status of HTTP instead of an answer. */
    record Refused(int status, Optional<String> challenge) implements Ending {
        @Override
        public String reason() {
            return switch (status) {
                case 401 -> "the server does not accept Writ's credential (401); an operator has to renew it";
                case 403 -> "the server does not let Writ do that (403); an operator has to look into it";
                default -> "the server answered with status " + status;
            };
        }
    }

    /** The server does not know the session, so it did nothing. */
    record SessionGone() implements Ending {
        @Override
        public String reason() {
            return "the server has forgotten Writ";
        }
    }

    /** Nobody can tell whether the server did it. */
    record Broken(String reason) implements Ending {}
}
