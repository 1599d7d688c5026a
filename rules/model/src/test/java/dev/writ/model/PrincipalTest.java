package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who calls what: principals, roles, calls and the facts about them. */
final class PrincipalTest {

    private static final ToolName REFUND = ToolName.parse("billing.refund");

    private static Principal principal(Set<Role> roles) {
        return new Principal("support", Optional.of("alice"), "key-1", List.of("alice"), roles, "api-key");
    }

    private static ToolCall call(ToolName tool) {
        JsonObject arguments = JsonObject.builder().put("card", "4242").build();
        return new ToolCall(
                CallId.mint(Instant.EPOCH, new Random(1)),
                Optional.of("client-key"),
                tool,
                arguments,
                Optional.empty(),
                Optional.of("refund the card 4242"));
    }

    private static ToolDefinition tool(String description, boolean idempotent) {
        return new ToolDefinition(REFUND, "billing", description, JsonObject.empty(), idempotent);
    }

    @Test
    void hasTheRolesItWasGivenAndNoOthers() {
        Set<Role> given = EnumSet.of(Role.AGENT);
        Principal principal = principal(given);
        given.add(Role.ADMIN);
        assertThat(principal.has(Role.AGENT)).isTrue();
        assertThat(principal.has(Role.ADMIN)).isFalse();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> principal.roles().add(Role.ADMIN));
    }

    @Test
    void keepsItsActorChain() {
        List<String> chain = new ArrayList<>(List.of("alice"));
        Principal principal = new Principal("a", Optional.empty(), "k", chain, Set.of(), "api-key");
        chain.add("mallory");
        assertThat(principal.actorChain()).containsExactly("alice");
    }

    @Test
    void isPrintedWithoutThePersonItActsFor() {
        assertThat(principal(Set.of())).hasToString("Principal[support]");
    }

    @ParameterizedTest
    @EnumSource
    void rolesAreReadAsTheyAreWritten(Role role) {
        assertThat(Role.parse(role.text())).isEqualTo(role);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ADMIN", "root", "admin "})
    void rolesHaveNoOtherName(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Role.parse(text)).satisfies(refused -> {
            for (Role role : Role.values()) {
                assertThat(refused.getMessage()).contains(role.text());
            }
        });
    }

    @Test
    void callsArePrintedWithoutArgumentsAndPurpose() {
        assertThat(call(REFUND).toString()).contains("billing.refund").doesNotContain("4242", "client-key");
    }

    @Test
    void callsKnowTheDigestOfTheirArguments() {
        ToolCall call = call(REFUND);
        assertThat(call.argumentsDigest()).isEqualTo(Digest.of(call.arguments()));
    }

    @Test
    void factsAreOfOneTool() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Facts(
                        call(ToolName.parse("billing.search")),
                        principal(Set.of()),
                        tool("x", false),
                        History.empty(),
                        List.of(),
                        Instant.EPOCH));
    }

    @Test
    void everyChangeOfAToolChangesItsDigest() {
        Digest digest = tool("x", false).digest();
        assertThat(tool("x", false).digest()).isEqualTo(digest);
        assertThat(tool("y", false).digest()).isNotEqualTo(digest);
        assertThat(tool("x", true).digest()).isNotEqualTo(digest);
        JsonObject schema = JsonObject.builder().put("type", "object").build();
        assertThat(new ToolDefinition(REFUND, "billing", "x", schema, false).digest())
                .isNotEqualTo(digest);
        assertThat(new ToolDefinition(REFUND, "other", "x", JsonObject.empty(), false).digest())
                .isNotEqualTo(digest);
        assertThat(new ToolDefinition(ToolName.parse("a"), "billing", "x", JsonObject.empty(), false).digest())
                .isNotEqualTo(digest);
    }
}
