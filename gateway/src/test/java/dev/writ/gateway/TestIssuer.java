package dev.writ.gateway;

import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpServer;
import dev.writ.gateway.token.SignedTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;

/** An issuer, as far as a gateway asks for one: its metadata, its keys, and where people log in. */
public final class TestIssuer {

    private static final String URL = "writ.issuers.test.url";
    private static final String PLAIN = "/plain";
    private static final String KEY = "test.writ.issuer-key";

    private final HttpServer server;
    private final String url;
    private final ECKey key = SignedTokens.newKey("test");

    private TestIssuer(HttpServer server) {
        this.server = server;
        this.url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    static TestIssuer start() throws IOException {
        TestIssuer issuer =
                new TestIssuer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        for (String path : List.of("", PLAIN)) {
            boolean namesItself = path.isEmpty();
            String url = issuer.url + path;
            issuer.serve(
                    path + "/.well-known/openid-configuration",
                    TestLogin.metadata(url, issuer.url + "/keys", namesItself));
            TestLogin.serve(issuer.server, path, url, new SignedTokens(url, issuer.key), namesItself);
        }
        issuer.serve("/keys", new String(new SignedTokens(issuer.url, issuer.key).keySet(), StandardCharsets.UTF_8));
        issuer.server.start();
        return issuer;
    }

    /** What the gateway under test trusts, and tests sign with. */
    Map<String, String> properties(Path folder) throws IOException {
        Path secret = folder.resolve("console-secret");
        Files.writeString(secret, TestLogin.SECRET + "\n");
        Map<String, String> properties = new HashMap<>(tokens());
        properties.put("writ.issuers.test.sign-in.client-id", "console");
        properties.put("writ.issuers.test.sign-in.client-secret-file", secret.toString());
        properties.put("writ.issuers.test.sign-in.label", "Test & Sons");
        properties.put("writ.issuers.plain.sign-in.client-id", "public-console");
        properties.put("writ.issuers.away.sign-in.client-id", "console");
        return properties;
    }

    private Map<String, String> tokens() {
        return Map.of(
                URL,
                url,
                KEY,
                key.toJSONString(),
                "writ.issuers.test.release-claim",
                "agent_release",
                "writ.issuers.test.timeout",
                "20s",
                "writ.issuers.test.actors-are-clients",
                "true",
                "writ.identity.resource",
                SignedTokens.AUDIENCE,
                "writ.issuers.plain.url",
                url + PLAIN,
                "writ.issuers.plain.jwks",
                url + "/keys",
                "writ.issuers.away.url",
                "https://127.0.0.1:1");
    }

    /** Signs tokens that the gateway under test takes. */
    public static SignedTokens shared() {
        return signing("");
    }

    /** Signs those of an issuer of whom the operator said nothing but where it is. */
    public static SignedTokens plain() {
        return signing(PLAIN);
    }

    /**
     * Logs somebody in, as their browser does.
     *
     * @param at where the gateway sent the browser
     * @param said who they are, {@code as}, and how the issuer misbehaves: {@link TestLogin} has the names
     * @return where the browser is sent back to
     */
    public static String login(String at, Map<String, String> said) {
        return TestLogin.visit(at, said);
    }

    private static SignedTokens signing(String path) {
        try {
            return new SignedTokens(
                    ConfigProvider.getConfig().getValue(URL, String.class) + path,
                    ECKey.parse(ConfigProvider.getConfig().getValue(KEY, String.class)));
        } catch (ParseException broken) {
            throw new IllegalStateException(broken);
        }
    }

    void stop() {
        server.stop(0);
    }

    private void serve(String path, String document) {
        byte[] body = document.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }
}
