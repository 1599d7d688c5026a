package dev.writ.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The API describes itself. */
@WritTest
class OpenApiTest {

    @Test
    void theDocumentIsValidAndNamesEveryPath() {
        String document =
                given().get("/openapi").then().statusCode(200).extract().asString();

        SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(document);

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getPaths().keySet())
                .containsAll(List.of(
                        "/v1/tool-calls",
                        "/v1/tool-calls/{id}",
                        "/v1/tools",
                        "/v1/hooks/pre-tool-use",
                        "/v1/hooks/post-tool-use",
                        "/v1/sessions",
                        "/v1/sessions/{id}/turns",
                        "/v1/agents",
                        "/v1/agents/{name}",
                        "/v1/agents/{name}/budgets",
                        "/v1/agents/{name}/releases",
                        "/v1/agents/{name}/webhook",
                        "/v1/keys",
                        "/v1/keys/{id}",
                        "/v1/connectors",
                        "/v1/connectors/{name}",
                        "/v1/policies",
                        "/v1/policies/scopes",
                        "/v1/policies/scopes/{name}",
                        "/v1/policies/{digest}/shadow",
                        "/v1/policies/{digest}/flips",
                        "/v1/policies/{digest}/diff",
                        "/v1/policies/{digest}/approve",
                        "/v1/policies/{digest}/canary",
                        "/v1/policies/{digest}/activate",
                        "/v1/policies/{digest}/deactivate",
                        "/v1/policies/{name}/rollback",
                        "/v1/kill-switch",
                        "/v1/approvals",
                        "/v1/approvals/{id}",
                        "/v1/approvals/{id}/approve",
                        "/v1/approvals/{id}/refuse",
                        "/v1/approvals/{id}/similar",
                        "/v1/approvals/{id}/summary",
                        "/v1/notifications",
                        "/v1/notifications/{id}",
                        "/v1/notifications/dead-letters",
                        "/v1/notifications/dead-letters/{id}/retry",
                        "/v1/audit/entries",
                        "/v1/audit/operations",
                        "/v1/audit/operations/{id}",
                        "/v1/audit/operations/{id}/confirm",
                        "/v1/audit/operations/{id}/reject",
                        "/v1/audit/entries/{index}",
                        "/v1/audit/entries/{index}/proof",
                        "/v1/audit/aggregates",
                        "/v1/audit/exports",
                        "/v1/audit/downloads",
                        "/v1/audit/downloads/{index}",
                        "/v1/audit/downloads/{index}/{name}",
                        "/v1/audit/calls/{id}",
                        "/v1/audit/consistency",
                        "/access/v1/evaluation",
                        "/access/v1/evaluations",
                        "/access/v1/search/subject",
                        "/access/v1/search/resource",
                        "/access/v1/search/action",
                        "/access/v1/requests",
                        "/access/v1/requests/{id}",
                        "/access/v1/requests/{id}/cancel",
                        "/.well-known/authzen-configuration",
                        "/.well-known/jwks.json",
                        "/log/checkpoint",
                        "/log/tile/{path}"));
    }

    @Test
    void everyOperationButHealthAsksForCredentials() {
        List<String> paths = List.of(
                "/v1/tools",
                "/v1/keys",
                "/v1/agents",
                "/v1/policies",
                "/v1/connectors",
                "/v1/kill-switch",
                "/v1/approvals",
                "/v1/notifications",
                "/v1/notifications/dead-letters",
                "/log/checkpoint",
                "/log/tile/0/000",
                "/v1/audit/entries",
                "/v1/audit/aggregates",
                "/v1/audit/consistency",
                "/v1/audit/operations",
                "/q/metrics");
        for (String path : paths) {
            given().get(path).then().statusCode(401);
        }
        given().get("/q/health/live").then().statusCode(200);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }
}
