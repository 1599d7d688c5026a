package dev.writ.gateway.token;

import dev.writ.gateway.token.VerifiedToken.Actor;
import dev.writ.gateway.token.VerifiedToken.Binding;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The claims of a JWT, read strictly: no member twice, bounded in size and depth. */
record Claims(JsonObject members) {

    /** Who acted for whom; longer chains are refused. */
    static final int LONGEST_CHAIN = 8;

    private static final int LONGEST_NAME = 256;
    private static final JsonLimits LIMITS = new JsonLimits(16 * 1024, 24);
    private static final String SUBJECT = "sub";
    private static final String ISSUER = "iss";

    static Claims read(byte[] payload) {
        try {
            if (JsonValue.parse(payload, LIMITS) instanceof JsonObject object) {
                return new Claims(object);
            }
        } catch (JsonException unreadable) {
            throw Refusal.because("its claims cannot be read");
        }
        throw Refusal.because("its claims are no object");
    }

    String issuer() {
        return members.text(ISSUER).orElseThrow(() -> Refusal.because("it names no issuer"));
    }

    String subject() {
        return name(members, SUBJECT).orElseThrow(() -> Refusal.because("it names no subject"));
    }

    Optional<String> name(String claim) {
        return name(members, claim);
    }

    /** Whom it is for, as far as it says so in texts. */
    List<String> audience() {
        return members.text("aud").map(List::of).orElseGet(() -> texts("aud"));
    }

    /** Those items of a member that are texts; none if it is no list. */
    List<String> texts(String claim) {
        return members.array(claim).stream()
                .flatMap(array -> array.items().stream())
                .filter(JsonString.class::isInstance)
                .map(item -> ((JsonString) item).value())
                .toList();
    }

    void requireAudience(Set<String> ours) {
        if (audience().stream().noneMatch(ours::contains)) {
            throw Refusal.because("its audience is not this gateway");
        }
    }

    void requireTime(Instant now, Duration skew) {
        Instant expiry = time("exp").orElseThrow(() -> Refusal.because("it does not say when it expires"));
        if (!now.minus(skew).isBefore(expiry)) {
            throw Refusal.because("it has expired");
        }
        if (time("nbf").filter(now.plus(skew)::isBefore).isPresent()
                || time("iat").filter(now.plus(skew)::isBefore).isPresent()) {
            throw Refusal.because("it is not valid yet");
        }
    }

    /**
     * RFC 8693 4.1: nested, the outermost acts now.
     *
     * @param areClients whether {@code sub} of an actor is the id of a client, where nothing else is
     */
    List<Actor> actors(boolean areClients) {
        List<Actor> actors = new ArrayList<>();
        Optional<JsonValue> next = members.get("act");
        while (next.isPresent()) {
            if (actors.size() == LONGEST_CHAIN) {
                throw Refusal.because("its chain of actors is longer than " + LONGEST_CHAIN);
            }
            if (!(next.get() instanceof JsonObject act)) {
                throw Refusal.because("'act' is no object");
            }
            String subject = name(act, SUBJECT).orElseThrow(() -> Refusal.because("an actor in 'act' has no 'sub'"));
            actors.add(new Actor(
                    name(act, ISSUER).filter(other -> !other.equals(issuer())),
                    subject,
                    name(act, "client_id")
                            .or(() -> name(act, "azp"))
                            .or(() -> Optional.of(subject).filter(named -> areClients))));
            next = act.get("act");
        }
        return actors;
    }

    /** RFC 7800: a way to confirm that is not known here is one that cannot be checked. */
    Binding binding() {
        Optional<JsonValue> confirmation = members.get("cnf");
        if (confirmation.isEmpty()) {
            return new Binding.Bearer();
        }
        if (confirmation.get() instanceof JsonObject methods
                && methods.members().size() == 1) {
            Optional<Binding> known = methods.text("jkt").map(Binding.Proof::new);
            Optional<Binding> binding = known.or(() -> methods.text("x5t#S256").map(Binding.Certificate::new));
            if (binding.isPresent()) {
                return binding.get();
            }
        }
        throw Refusal.because("it is bound to a key in a way ('cnf') that is not known here");
    }

    Optional<Instant> time(String claim) {
        Optional<BigDecimal> seconds = members.number(claim);
        if (seconds.isEmpty() && members.get(claim).isPresent()) {
            throw Refusal.because("'" + claim + "' is no number");
        }
        return seconds.map(value -> {
            if (value.abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE * 100L)) > 0) {
                throw Refusal.because("'" + claim + "' is no time");
            }
            return Instant.ofEpochSecond(value.longValue());
        });
    }

    private static Optional<String> name(JsonObject object, String member) {
        Optional<JsonValue> value = object.get(member);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(object.text(member)
                .filter(text -> !text.isBlank()
                        && text.length() <= LONGEST_NAME
                        && text.chars().noneMatch(Character::isISOControl))
                .orElseThrow(
                        () -> Refusal.because("'" + member + "' is no name of 1 to " + LONGEST_NAME + " characters")));
    }

    @Override
    public String toString() {
        return "Claims";
    }
}
