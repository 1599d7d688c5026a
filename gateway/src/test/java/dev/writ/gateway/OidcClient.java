package dev.writ.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Gets access tokens of a server as its clients do.
 *
 * @param url of the issuer
 */
public record OidcClient(String url) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");

    /** Of a client that acts for itself, for that audience; for nobody in particular if it is empty. */
    public String own(String client, String resource) {
        return ask(client, Map.of("grant_type", "client_credentials", "resource", resource));
    }

    /** Of the user, who has logged in to the portal. */
    public String ofAnn() {
        String back = logIn("/oauth2/authorize?response_type=code&client_id=portal&scope=openid&redirect_uri="
                + OidcServer.REDIRECT);
        Matcher code = CODE.matcher(back);
        assertThat(code.find()).as(back).isTrue();
        return ask(
                "portal",
                Map.of("grant_type", "authorization_code", "code", code.group(1), "redirect_uri", OidcServer.REDIRECT));
    }

    /** Where the user is sent back to who logs in there. */
    public String logIn(String path) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create(url + path))
                            .header("Authorization", basic("ann"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.headers().firstValue("Location").orElseThrow(() -> new AssertionError(answer.toString()));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** RFC 8693: the client acts for whoever that token is of. */
    public String exchanged(String client, String subjectToken, String resource) {
        return ask(
                client,
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:token-exchange",
                        "subject_token",
                        subjectToken,
                        "subject_token_type",
                        ACCESS_TOKEN,
                        "actor_token",
                        own(client, ""),
                        "actor_token_type",
                        ACCESS_TOKEN,
                        "resource",
                        resource));
    }

    /** RFC 8705: of a client that logs in with its certificate, to which the token is bound. */
    public static String bound(String tlsUrl, HttpClient client, String resource) {
        return token(
                client,
                HttpRequest.newBuilder(URI.create(tlsUrl + "/oauth2/token")),
                Map.of("grant_type", "client_credentials", "client_id", "bound", "resource", resource));
    }

    private String ask(String client, Map<String, String> form) {
        return token(
                HTTP,
                HttpRequest.newBuilder(URI.create(url + "/oauth2/token")).header("Authorization", basic(client)),
                form);
    }

    private static String token(HttpClient http, HttpRequest.Builder request, Map<String, String> form) {
        Map<String, String> said = new HashMap<>(form);
        said.values().removeIf(String::isEmpty);
        String body = said.entrySet().stream()
                .map(member -> member.getKey() + "=" + URLEncoder.encode(member.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        try {
            HttpResponse<String> answer = http.send(
                    request.header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return JsonPath.from(answer.body()).getString("access_token");
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static String basic(String name) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((name + ":" + OidcServer.secret(name)).getBytes(StandardCharsets.UTF_8));
    }
}
