package dev.writ.gateway.notice;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.webhook.Secret;
import dev.writ.gateway.webhook.Target;
import dev.writ.model.JsonObject;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the messages of a channel go, and what they are signed with. Secret, and maybe somebody's mail address: kept sealed. */
sealed interface Address {

    <R> R fold(Function<Webhook, R> webhook, Function<Slack, R> slack, Function<Email, R> email);

    /** Before it is sealed. */
    JsonObject toJson();

    /** What an operator is shown of it. */
    String shown();

    /**
     * Reads what an operator asks for.
     *
     * @throws Problem if nothing can be sent there
     */
    static Address parse(Kind kind, @Nullable String target, boolean allowPrivate, SecureRandom random) {
        return switch (kind) {
            case WEBHOOK -> new Webhook(Target.parse(target, allowPrivate), Webhook.mint(random));
            case SLACK -> new Slack(Target.parse(target, allowPrivate));
            case EMAIL -> new Email(Email.checked(target));
        };
    }

    static Optional<Address> fromJson(Kind kind, JsonObject json) {
        try {
            return json.text("target").flatMap(target -> switch (kind) {
                case WEBHOOK ->
                    json.text("secret").map(secret -> new Webhook(Target.parse(target, isPrivate(json)), secret));
                case SLACK -> Optional.of(new Slack(Target.parse(target, isPrivate(json))));
                case EMAIL -> Optional.of(new Email(target));
            });
        } catch (Problem notWrittenByUs) {
            return Optional.empty();
        }
    }

    private static boolean isPrivate(JsonObject json) {
        return json.isTrue("allowPrivateAddresses");
    }

    private static JsonObject.Builder json(Target target) {
        return JsonObject.builder()
                .put("target", target.url().toString())
                .put("allowPrivateAddresses", target.allowPrivate());
    }

    /**
     * An HTTP service that checks signatures.
     *
     * @param secret {@code whsec_} and 32 bytes in base64, which signs every message
     */
    record Webhook(Target target, String secret) implements Address {

        private static final int BYTES = 32;

        private static String mint(SecureRandom random) {
            byte[] key = new byte[BYTES];
            random.nextBytes(key);
            return "whsec_" + Base64.getEncoder().encodeToString(key);
        }

        Secret signer() {
            return Secret.parse(secret);
        }

        @Override
        public JsonObject toJson() {
            return json(target).put("secret", secret).build();
        }

        @Override
        public String shown() {
            return target.url().toString();
        }

        @Override
        public <R> R fold(Function<Webhook, R> webhook, Function<Slack, R> slack, Function<Email, R> email) {
            return webhook.apply(this);
        }

        @Override
        public String toString() {
            return "Webhook";
        }
    }

    /** Whoever knows the URL may post there, so of it only the host is shown. */
    record Slack(Target target) implements Address {

        @Override
        public JsonObject toJson() {
            return json(target).build();
        }

        @Override
        public String shown() {
            return target.url().getScheme() + "://" + target.url().getHost() + "/...";
        }

        @Override
        public <R> R fold(Function<Webhook, R> webhook, Function<Slack, R> slack, Function<Email, R> email) {
            return slack.apply(this);
        }

        @Override
        public String toString() {
            return "Slack";
        }
    }

    /** One mailbox. */
    record Email(String mailbox) implements Address {

        /** Narrower than RFC 5321 allows: no blank, no quote and no control character gets into a mail's header. */
        private static final Pattern MAILBOX = Pattern.compile(
                "[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?");

        private static String checked(@Nullable String target) {
            if (target == null || !MAILBOX.matcher(target).matches()) {
                throw new Problem(
                        ProblemType.UNPROCESSABLE,
                        "'target' of kind email is one address such as finance@example.com. Nothing was changed.");
            }
            return target;
        }

        @Override
        public JsonObject toJson() {
            return JsonObject.builder().put("target", mailbox).build();
        }

        @Override
        public String shown() {
            return mailbox;
        }

        @Override
        public <R> R fold(Function<Webhook, R> webhook, Function<Slack, R> slack, Function<Email, R> email) {
            return email.apply(this);
        }

        @Override
        public String toString() {
            return "Email";
        }
    }
}
