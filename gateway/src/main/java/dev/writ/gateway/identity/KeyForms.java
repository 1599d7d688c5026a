package dev.writ.gateway.identity;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.Tokens;
import dev.writ.model.Requirement;
import dev.writ.model.Role;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what administrators ask for when they make a key. */
@ApplicationScoped
class KeyForms {

    private static final int LONGEST_PURPOSE = 1_000;
    private static final int MOST_GROUPS = 100;

    private final Pseudonyms pseudonyms;
    private final Tokens tokens;
    private final IdentityConfig config;

    KeyForms(Pseudonyms pseudonyms, Tokens tokens, IdentityConfig config) {
        this.pseudonyms = pseudonyms;
        this.tokens = tokens;
        this.config = config;
    }

    /**
     * @param principal a registered agent if the key is for one, else a person's or a program's handle
     * @param subjects the persons it may act for; only their pseudonyms are kept
     * @param groups for role approver: as whose member it decides escalations
     * @param person whose key it is, by the identifier that 'subjects' of other keys would use, so that nobody approves what is
     *     done for themselves under another name; only the pseudonym is kept. Of a token it is the subject
     * @param expiresIn for example {@code 30d} or {@code PT12H}; 90 days if left out
     * @param tools for role agent: the tools it may be used for, such as {@code billing.*}; all if left out
     * @param purpose what the key is for
     * @param token whose access tokens prove the key; then no secret is made
     * @param certificate whose TLS client certificate proves the key: a SPIFFE id, or {@code sha256:} and its SHA-256
     */
    record Creation(
            @Nullable String principal,
            @Nullable List<String> roles,
            @Nullable List<String> subjects,
            @Nullable List<String> groups,
            @Nullable String person,
            @Nullable List<String> tools,
            @Nullable String expiresIn,
            @Nullable String purpose,
            @Nullable TokenForm token,
            @Nullable String certificate) {}

    /**
     * @param issuer {@code iss} of the tokens
     * @param client the OAuth client that acts
     * @param subject {@code sub} of who acts
     * @param standsForAny whether it may stand for whomever the issuer names in {@code sub}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TokenForm(
            @Nullable String issuer,
            @Nullable String client,
            @Nullable String subject,
            @Nullable Boolean standsForAny) {

        static Optional<TokenForm> of(Proof proof) {
            return proof.fold(
                    secret -> Optional.empty(),
                    token -> Optional.of(new TokenForm(
                            token.issuer(),
                            token.client().orElse(null),
                            token.subject().orElse(null),
                            token.standsForAny())),
                    certificate -> Optional.empty());
        }
    }

    KeyRequest asked(Creation creation) {
        List<String> subjects = Optional.ofNullable(creation.subjects()).orElse(List.of());
        if (subjects.size() > config.maxSubjects()) {
            throw new Problem(ProblemType.MALFORMED, "'subjects' lists " + config.maxSubjects() + " persons at most.");
        }
        Set<Role> roles = Optional.ofNullable(creation.roles()).orElse(List.of()).stream()
                .map(KeyForms::role)
                .collect(Collectors.toSet());
        Optional<Proof> proof = proof(creation);
        return new KeyRequest(
                PrincipalName.parse("principal", creation.principal()),
                roles,
                subjects.stream()
                        .map(subject ->
                                pseudonyms.of(Subject.parse("subjects", subject).id()))
                        .collect(Collectors.toSet()),
                groups(Optional.ofNullable(creation.groups()).orElse(List.of())),
                person(creation, roles, proof),
                tools(Optional.ofNullable(creation.tools()).orElse(List.of())),
                lifetime(creation.expiresIn()),
                Optional.ofNullable(creation.purpose())
                        .filter(purpose -> !purpose.isBlank())
                        .map(KeyForms::purpose),
                proof);
    }

    /** Calls for a person name the {@code sub} of their token, so it is known who a person's token says they are. */
    private Optional<String> person(Creation creation, Set<Role> roles, Optional<Proof> proof) {
        Optional<String> said = Optional.ofNullable(creation.person())
                .map(person -> pseudonyms.of(Subject.parse("person", person).id()));
        Optional<String> proved = proof.filter(known -> KeyRequest.isPersons(roles))
                .flatMap(known -> known.<Optional<String>>fold(
                        secret -> Optional.empty(), Proof.Token::subject, certificate -> Optional.empty()))
                .map(pseudonyms::of);
        if (said.isPresent() && proved.isPresent() && !said.equals(proved)) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "'person' is another one than 'token.subject', whose token proves the key. Leave out 'person'.");
        }
        return said.or(() -> proved);
    }

    /** For how long a key is made. */
    Duration lifetime(@Nullable String expiresIn) {
        return Optional.ofNullable(expiresIn)
                .map(text -> Lifetime.parse("expiresIn", text, config.maxKeyLifetime()))
                .orElse(config.keyLifetime());
    }

    private Optional<Proof> proof(Creation creation) {
        Optional<Proof> token = Optional.ofNullable(creation.token()).map(this::token);
        Optional<Proof> certificate =
                Optional.ofNullable(creation.certificate()).map(this::certificate);
        if (token.isPresent() && certificate.isPresent()) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE, "A key is proved by a token or by a certificate. Make two keys.");
        }
        return token.or(() -> certificate);
    }

    private Proof token(TokenForm form) {
        if (form.issuer() == null || !tokens.isTrusted(form.issuer())) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "'token.issuer' is no issuer that this gateway is configured to trust (writ.issuers.<name>.url).");
        }
        Optional<String> client = claim("token.client", form.client());
        Optional<String> subject = claim("token.subject", form.subject());
        if (client.isEmpty() && subject.isEmpty()) {
            throw new Problem(
                    ProblemType.MALFORMED, "'token' names the 'client' that acts, or the 'subject', or both.");
        }
        return new Proof.Token(form.issuer(), client, subject, Boolean.TRUE.equals(form.standsForAny()));
    }

    private static Optional<String> claim(String member, @Nullable String text) {
        return Optional.ofNullable(text)
                .map(given -> Subject.parse(member, given).id());
    }

    private Proof certificate(String name) {
        if (!Proof.Certificate.isName(name)) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'certificate' is a SPIFFE id such as spiffe://example.org/billing, or sha256: and the SHA-256 of the"
                            + " certificate in lower-case hexadecimal.");
        }
        if (name.startsWith("spiffe:")
                && !SpiffeIds.isOf(name, config.trustDomains().orElse(List.of()))) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "'certificate' is of a trust domain that this gateway is not configured to trust"
                            + " (writ.identity.trust-domains).");
        }
        return new Proof.Certificate(name);
    }

    private static ToolPatterns tools(List<String> patterns) {
        if (patterns.size() > ToolPatterns.MOST
                || patterns.stream().anyMatch(text -> text == null || !ToolPatterns.isPattern(text))) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'tools' lists " + ToolPatterns.MOST
                            + " names of tools at most; '*' stands for a whole segment, or for"
                            + " every end: billing.*, files.read_*, *.search.");
        }
        return new ToolPatterns(patterns);
    }

    private static Role role(@Nullable String text) {
        return Stream.of(Role.values())
                .filter(role -> role.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED,
                        "'roles' names a role that is not there. The roles are "
                                + Stream.of(Role.values()).map(Role::text).collect(Collectors.joining(", "))
                                + "."));
    }

    private static Set<String> groups(List<String> groups) {
        if (groups.size() > MOST_GROUPS
                || groups.stream().anyMatch(group -> group == null || !Requirement.isGroup(group))) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'groups' lists " + MOST_GROUPS
                            + " names at most, of lower-case letters, digits, '.', '_' and '-', each of"
                            + " 64 at most.");
        }
        return Set.copyOf(groups);
    }

    private static String purpose(String text) {
        if (text.length() > LONGEST_PURPOSE) {
            throw new Problem(ProblemType.MALFORMED, "'purpose' has " + LONGEST_PURPOSE + " characters at most.");
        }
        return text;
    }
}
