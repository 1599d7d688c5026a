package dev.writ.audit;

import java.util.Locale;
import java.util.function.Function;

/**
 * What a witness answers to {@link AddCheckpoint}.
 *
 * @see <a href="https://c2sp.org/tlog-witness">C2SP tlog-witness</a>
 */
public sealed interface WitnessAnswer {

    /** Of HTTP. */
    int status();

    String contentType();

    String body();

    <R> R fold(
            Function<? super Cosigned, ? extends R> cosigned,
            Function<? super Conflict, ? extends R> conflict,
            Function<? super Refused, ? extends R> refused);

    /**
     * Reads an answer.
     *
     * @throws VerificationException if it is a 409 that does not say which size the witness has
     */
    static WitnessAnswer parse(int status, String contentType, String body) {
        return switch (status) {
            case 200 -> new Cosigned(body);
            case 409 -> Conflict.parse(contentType, body);
            default -> new Refused(status, "it answers with status " + status);
        };
    }

    /**
     * It has cosigned, and will never cosign a smaller tree.
     *
     * @param lines signature lines, each with its newline; whether they verify is yet to be seen
     */
    record Cosigned(String lines) implements WitnessAnswer {

        @Override
        public int status() {
            return 200;
        }

        @Override
        public String contentType() {
            return "text/plain; charset=utf-8";
        }

        @Override
        public String body() {
            return lines;
        }

        @Override
        public <R> R fold(
                Function<? super Cosigned, ? extends R> cosigned,
                Function<? super Conflict, ? extends R> conflict,
                Function<? super Refused, ? extends R> refused) {
            return cosigned.apply(this);
        }
    }

    /** The proof does not begin at the tree that it cosigned last, which has that size. */
    record Conflict(long size) implements WitnessAnswer {

        private static final String TYPE = "text/x.tlog.size";

        private static Conflict parse(String contentType, String body) {
            String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            if (!type.equals(TYPE) || !body.endsWith("\n")) {
                throw new VerificationException("a witness's conflict does not say its size");
            }
            return new Conflict(Decimal.parse(body.substring(0, body.length() - 1), "a witness's size"));
        }

        @Override
        public int status() {
            return 409;
        }

        @Override
        public String contentType() {
            return TYPE;
        }

        @Override
        public String body() {
            return size + "\n";
        }

        @Override
        public <R> R fold(
                Function<? super Cosigned, ? extends R> cosigned,
                Function<? super Conflict, ? extends R> conflict,
                Function<? super Refused, ? extends R> refused) {
            return conflict.apply(this);
        }
    }

    /** It will not cosign that. */
    record Refused(int status, String reason) implements WitnessAnswer {

        @Override
        public String contentType() {
            return "text/plain; charset=utf-8";
        }

        @Override
        public String body() {
            return reason + "\n";
        }

        @Override
        public <R> R fold(
                Function<? super Cosigned, ? extends R> cosigned,
                Function<? super Conflict, ? extends R> conflict,
                Function<? super Refused, ? extends R> refused) {
            return refused.apply(this);
        }
    }
}
