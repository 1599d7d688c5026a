package dev.writ.gateway.witness;

import dev.writ.audit.LogKeys;
import dev.writ.audit.PolicyException;
import dev.writ.audit.WitnessPolicy;
import dev.writ.audit.postgres.CosignatureCheck;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The witness policy of this installation, if it has one. What cannot work is refused at the start. */
@ApplicationScoped
class Policy {

    private final Optional<WitnessPolicy> policy;
    private final List<RemoteWitness> witnesses;

    Policy(WitnessConfig config, LogKeys keys) {
        this.policy = config.policy().map(Policy::read);
        this.witnesses = policy.map(WitnessPolicy::askable).orElse(List.of()).stream()
                .map(witness -> new RemoteWitness(
                        witness, prefix(witness.name(), witness.url().orElseThrow())))
                .toList();
        policy.ifPresent(read -> requireUsable(read, keys));
        if (config.requiredFor().filter(required -> !required.isEmpty()).isPresent()
                && policy.filter(WitnessPolicy::asksForWitnesses).isEmpty()) {
            throw new IllegalStateException(
                    "writ.witness.required-for needs witnesses: name a policy file whose quorum is"
                            + " not 'none' with writ.witness.policy");
        }
    }

    private static WitnessPolicy read(Path file) {
        try {
            return WitnessPolicy.parse(Files.readAllBytes(file));
        } catch (PolicyException malformed) {
            throw new IllegalStateException(malformed.getMessage() + " (" + file + ")", malformed);
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "the witness policy " + file + " cannot be read; writ.witness.policy names it", unreadable);
        }
    }

    private void requireUsable(WitnessPolicy read, LogKeys log) {
        if (!read.logs().isEmpty()
                && read.logs().stream()
                        .noneMatch(listed -> listed.key()
                                .filter(log.signing().all()::contains)
                                .isPresent())) {
            throw new IllegalStateException(
                    "the witness policy lists logs, and no key that signs this one is among them; add the line"
                            + " 'log " + log.all().get(0).vkey() + "'");
        }
        Set<String> askable = witnesses.stream().map(RemoteWitness::name).collect(Collectors.toSet());
        if (!read.isMetBy(askable)) {
            throw new IllegalStateException(
                    "the witness policy's quorum cannot be reached: give enough of its witnesses a"
                            + " URL, and an Ed25519 key");
        }
    }

    private static URI prefix(String witness, String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null
                    && Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException malformed) {
            throw unusable(witness);
        }
        throw unusable(witness);
    }

    private static IllegalStateException unusable(String witness) {
        return new IllegalStateException("the URL of witness " + witness
                + " in the witness policy is to be its submission prefix, such as https://witness.example.com/w1");
    }

    /** Holds stored cosignatures against the keys of the witnesses that the policy knows. */
    @Produces
    @Singleton
    CosignatureCheck cosignatureCheck() {
        return policy.map(CosignatureCheck::of).orElse(CosignatureCheck.NONE);
    }

    /** Empty without a policy; then nothing is ever witnessed. */
    Optional<WitnessPolicy> policy() {
        return policy;
    }

    /** Those that can be asked. */
    List<RemoteWitness> witnesses() {
        return witnesses;
    }
}
