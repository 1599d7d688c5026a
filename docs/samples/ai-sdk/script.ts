/** Plays a model: says its next line, with the newest answer of a tool before its eyes. */
export class Script {
  readonly specificationVersion = 'v4';
  readonly provider = 'script';
  readonly modelId = 'billing-question';
  readonly supportedUrls = {};
  #line = 0;

  async doGenerate({ prompt }: any): Promise<any> {
    const said = this.#next(newestAnswer(prompt));
    const content =
      typeof said === 'string'
        ? { type: 'text', text: said }
        : { type: 'tool-call', toolCallId: 'call-' + prompt.length, toolName: said.tool, input: JSON.stringify(said.arguments) };
    return {
      content: [content],
      finishReason: typeof said === 'string' ? { unified: 'stop', raw: 'stop' } : { unified: 'tool-calls', raw: 'tool' },
      usage: { inputTokens: { total: 0 }, outputTokens: { total: 0 } },
      warnings: [],
    };
  }

  async doStream(): Promise<never> {
    throw new Error('the script does not stream');
  }

  #next(told: string): string | { tool: string; arguments: object } {
    const pending = /PENDING_APPROVAL[^0-9a-f]*([0-9a-f-]{36})/.exec(told);
    if (pending) return { tool: 'writ_call_status', arguments: { callId: pending[1] } };
    switch (++this.#line) {
      case 1:
        return { tool: 'billing__list_payments', arguments: { customer: 'cus-1001' } };
      case 2:
        return refund('pay-3001', 18);
      case 3:
        // It was told that this charge is none of the duplicates, and takes the one that is.
        return told.includes('duplicate') ? refund('pay-3003', 18) : 'pay-3001 was charged once.';
      case 4:
        return refund('pay-3005', 480);
      default:
        return (
          'The duplicate of 18.00 was pay-3003: it is refunded. ' +
          (told.includes('ref-') ? 'Finance approved the 480.00: they are refunded too.' : 'The 480.00 are not refunded: ' + told)
        );
    }
  }
}

function refund(payment: string, amount: number) {
  return {
    tool: 'billing__refund',
    arguments: { customer: 'cus-1001', payment, card: 'card-7002', amount, reason: 'charged twice' },
  };
}

function newestAnswer(prompt: any[]): string {
  const newest = prompt.at(-1);
  return newest.role === 'tool' ? JSON.stringify(newest.content.map((part: any) => part.output)) : '';
}
