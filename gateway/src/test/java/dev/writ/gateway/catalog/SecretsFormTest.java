package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.writ.connect.net.ClientCredentials.Authentication;
import dev.writ.gateway.catalog.ConnectorResource.Registration;
import dev.writ.gateway.problem.Problem;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

class SecretsFormTest {

    private static final String CLIENT =
            "{'tokenUrl': 'https://login.example/token', 'clientId': 'writ', 'clientSecret': 'canary-secret'%s}";
    private static final OAuthCredential READ = new OAuthCredential(
            URI.create("https://login.example/token"),
            "writ",
            "canary-secret",
            Authentication.BASIC,
            Optional.empty(),
            Optional.empty());

    private static Secrets read(String members) throws JsonProcessingException {
        return SecretsForm.read(
                new ObjectMapper().readValue(("{" + members + "}").replace('\'', '"'), Registration.class));
    }

    private static AbstractStringAssert<?> assertRefused(String members) throws JsonProcessingException {
        Problem[] problem = new Problem[1];
        assertThatThrownBy(() -> read(members)).isInstanceOfSatisfying(Problem.class, thrown -> problem[0] = thrown);
        return assertThat(problem[0].document("").toJson());
    }

    @Test
    void anMcpServerMayHaveAClientAndItsSandboxAHeader() throws JsonProcessingException {
        Secrets secrets = read("'kind': 'mcp', 'credential': {'oauth': " + CLIENT.formatted("")
                + "}, 'sandbox': {'credential': {'header': 'X-Key', 'value': 'canary-key'}}");

        assertThat(secrets)
                .isEqualTo(new Secrets(
                        Optional.empty(),
                        Optional.of(READ),
                        Map.of(),
                        Optional.of(Secrets.of(new HeaderCredential("X-Key", "canary-key")))));
    }

    @Test
    void aSandboxHasNoClient() throws JsonProcessingException {
        assertRefused("'kind': 'mcp', 'sandbox': {'credential': {'oauth': " + CLIENT.formatted("") + "}}")
                .contains("sandbox/credential/oauth: a sandbox takes a 'header' and its 'value'")
                .doesNotContain("canary");
    }

    @Test
    void anHttpServiceHasNoClient() throws JsonProcessingException {
        assertRefused("'kind': 'http', 'credential': {'oauth': " + CLIENT.formatted("") + "}")
                .contains("credential/oauth: access tokens are for connectors of kind mcp");
    }

    @Test
    void aClientIsNamedMemberByMember() throws JsonProcessingException {
        assertRefused("'kind': 'mcp', 'credential': {'oauth': {}}")
                .contains("credential/oauth/tokenUrl", "credential/oauth/clientId", "credential/oauth/clientSecret");
        assertRefused("'kind': 'mcp', 'credential': {'oauth': " + CLIENT.formatted(", 'authentication': 'none'") + "}")
                .contains("credential/oauth: ");
    }

    @Test
    void aHeaderAndAClientAreNotBothSent() throws JsonProcessingException {
        assertRefused("'kind': 'mcp', 'credential': {'header': 'X-Key', 'value': 'canary-key', 'oauth': "
                        + CLIENT.formatted("") + "}")
                .contains("it is a header or 'oauth', and not both")
                .doesNotContain("canary");
    }

    @Test
    void whatIsSealedIsReadAsItWas() throws JsonProcessingException {
        Secrets secrets = read("'kind': 'mcp', 'secretEnv': {'A': 'b'}, 'credential': {'oauth': "
                + CLIENT.formatted(", 'authentication': 'post', 'scope': 'notes', 'resource': ''")
                + "}, 'sandbox': {'credential': {'header': 'X-Key', 'value': 'canary-key'}}");

        assertThat(Secrets.fromJson(secrets.toJson())).isEqualTo(secrets);
        assertThat(secrets.toString() + secrets.oauth()).doesNotContain("canary");
    }
}
