package dev.writ.gateway.console;

import static io.restassured.RestAssured.given;

import dev.writ.gateway.Client;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A browser without scripts in which somebody has signed in: it sends its cookie, and says that a form is from the same site. */
public record Browser(String baseUrl, Map<String, String> cookies) {

    private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");

    public static Browser of(Client client) {
        Response signedIn = form(given().baseUri(client.baseUrl()))
                .formParam("key", client.key())
                .post("/console/sign-in");
        signedIn.then().statusCode(303);
        return new Browser(client.baseUrl(), signedIn.cookies());
    }

    static RequestSpecification form(RequestSpecification request) {
        return request.redirects()
                .follow(false)
                .header("Sec-Fetch-Site", "same-origin")
                .contentType("application/x-www-form-urlencoded; charset=UTF-8");
    }

    /** The same browser after it was given further cookies. */
    Browser with(Map<String, String> further) {
        Map<String, String> all = new HashMap<>(cookies);
        all.putAll(further);
        return new Browser(baseUrl, all);
    }

    RequestSpecification request() {
        return given().baseUri(baseUrl).cookies(cookies).redirects().follow(false);
    }

    public Response get(String path) {
        return request().get(path);
    }

    /** The page, which is there. */
    public String page(String path) {
        return get(path).then().statusCode(200).extract().asString();
    }

    String token() {
        Matcher found = TOKEN.matcher(page("/console"));
        if (!found.find()) {
            throw new AssertionError("the page has no form");
        }
        return found.group(1);
    }

    public Response post(String path, Map<String, ?> fields) {
        return form(request()).formParam("token", token()).formParams(fields).post(path);
    }
}
