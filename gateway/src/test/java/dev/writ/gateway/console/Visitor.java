package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.writ.gateway.Client;
import java.util.ArrayList;
import java.util.List;

/** Somebody at a browser of their own, who notices what goes wrong in it. */
final class Visitor implements AutoCloseable {

    private static final int WIDTH = 1440;

    private final List<String> complaints = new ArrayList<>();
    private final BrowserContext context;
    private final Page page;

    private Visitor(BrowserContext context) {
        this.context = context;
        this.page = context.newPage();
        page.onDialog(dialog -> {
            complaints.add("a dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onPageError(error -> complaints.add("an error: " + error));
        page.onConsoleMessage(this::listen);
    }

    /** Nobody yet, at that address. */
    static Visitor at(Chromium chromium, String baseUrl) {
        return new Visitor(chromium.context(baseUrl, WIDTH, ColorScheme.LIGHT));
    }

    static Visitor signedIn(Chromium chromium, Client person) {
        Visitor visitor = at(chromium, person.baseUrl());
        Chromium.signIn(visitor.page, person);
        return visitor;
    }

    private void listen(ConsoleMessage message) {
        if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
            complaints.add(message.text());
        }
    }

    Page page() {
        return page;
    }

    Visitor open(String path) {
        page.navigate(path);
        return this;
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator link(String name) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    Locator text(String text) {
        return page.getByText(text).first();
    }

    /** What is on the page for whoever looks at it. */
    Locator main() {
        return page.locator("main");
    }

    /** Leaves, if nothing went wrong that a person at the screen might not have seen. */
    @Override
    public void close() {
        context.close();
        assertThat(complaints).isEmpty();
    }
}
