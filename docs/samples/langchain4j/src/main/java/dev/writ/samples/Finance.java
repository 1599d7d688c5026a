package dev.writ.samples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The person who approves, with a key of their own. In earnest, somebody who reads what will be sent before they say yes. */
final class Finance {

    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final Pattern VIEW = Pattern.compile("\"viewDigest\":\"([^\"]+)\"");

    private final String url;
    private final String key;
    private final HttpClient http = HttpClient.newHttpClient();

    Finance(String url, String key) {
        this.url = url;
        this.key = key;
    }

    /** Approves what waits, exactly as it was shown: should the gateway send anything else, the approval does not count. */
    void approveEverything() throws IOException, InterruptedException {
        for (String call : first(ID, send(request("/v1/approvals").GET()))) {
            String shown = send(request("/v1/approvals/" + call).GET());
            System.out.println("finance:    approves call " + call);
            send(request("/v1/approvals/" + call + "/approve")
                    .POST(BodyPublishers.ofString(
                            "{\"reason\":\"The bank confirms that it was charged twice.\",\"view\":\""
                                    + first(VIEW, shown).get(0) + "\"}")));
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json");
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = http.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException("status " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    private static List<String> first(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
