import{$ as De,$a as G,A as Le,Aa as Fe,Ab as Xt,B as ke,Ba as He,C as we,Ca as O,Cb as Ue,D as le,Da as Ae,E as Ne,Ea as ce,F as tt,Fa as ze,G as St,Ga as F,H as x,
Ha as It,I as xe,Ia as nt,J as ee,Ja as Ce,K as $,Ka as st,La as at,M as j,Ma as Ot,N as R,Na as Lt,Oa as d,P as k,Pa as Dt,Q as Et,Qa as Se,Ra as ue,S as Pt,Sa as Wt,
T as Tt,Ta as te,U as g,Ua as K,V as M,Va as E,Wa as Ee,Xa as jt,Y as Mt,Ya as b,Z as _t,Za as S,_ as I,_a as L,a as f,ab as P,ba as N,bb as W,cb as H,d as y,da as Nt,
db as Ke,e as V,f as Ie,fa as T,fb as Ge,g as Z,ga as We,gb as qt,h as _e,hb as Ft,ib as Ht,j as xt,ja as B,jb as zt,ka as $e,kb as Kt,l as ge,lb as Gt,m as $t,
mb as Ut,n as be,nb as Jt,ob as rt,p as Oe,pa as je,q as Ct,qa as se,qb as Qt,r as A,ra as Bt,rb as Yt,s as X,sa as qe,sb as U,t as ve,ta as Be,tb as me,ub as Vt,
va as t,vb as J,wa as v,wb as D,xa as At,xb as Q,y as _,ya as C,yb as Zt,z as ye,za as Rt,zb as Y}from"./chunk.js";function Gn(){B("Backend");let e=Mt.value,n=be.value,s=o=>(e?.namespaces??[]).reduce((l,c)=>l+o(c),0),a=s(o=>Object.values(o.counts).reduce((l,c)=>l+c[0],0)),r=e?.
handlers.lost??0,i=e?.handlers.waiting??0;return t("div",{class:"page",children:[t("header",{class:"headline",children:[t("h1",{children:"Backend"}),t("p",{class:"\
muted",children:"How this picket itself is."})]}),t("div",{class:"columns even",children:[t(S,{title:"State",children:t(L,{list:[["Version",n.version],["Machine",
n.host],["Address",location.host],["Connection",$e.value],["Store",e&&(e.store.degraded?t("span",{class:"s-critical",children:[t(v,{name:"critical"})," degraded\
: ",t(d,{text:e.store.why})]}):t("span",{class:"s-ok",children:[t(v,{name:"ok"})," keeps every change"]}))],["Handlers",e&&(r?t("span",{class:"s-critical",children:[
t(v,{name:"critical"})," ",P(r,"event")," told to nobody, ",W(i)," waiting"]}):i?`${P(i,"event")} waiting for their handlers`:t("span",{class:"s-ok",children:[t(
v,{name:"ok"})," nothing waits"]}))],["Events",W(a)],["Agents connected",W(s(o=>o.connected))],["Entities",W(s(o=>o.entities))],["Silences",W(s(o=>o.silences))]]})}),
t(S,{title:"You",side:!n.guest&&t(b,{kind:"quiet",onClick:()=>{Be.value=!0},children:"Change password"}),children:[t(L,{list:[["User",n.guest?"a guest: you see,\
 and cannot act":n.username],["Groups",n.groups.join(", ")],["Session until",n.expires_at?t(Se,{t:n.expires_at}):""]]}),n.default_password&&t("p",{class:"notice\
 bad",children:[t(v,{name:"warning"}),"This account has the password everybody knows. ",t(b,{onClick:()=>{Be.value=!0},children:"Change it"})]})]})]}),t(S,{title:"\
Namespaces",children:t("table",{class:"values",children:[t("thead",{children:t("tr",{children:[t("th",{children:"Name"}),t("th",{children:"Critical"}),t("th",{children:"\
Warning"}),t("th",{children:"Unknown"}),t("th",{children:"OK"}),t("th",{children:"Entities"}),t("th",{children:"Silences"})]})}),t("tbody",{children:(e?.namespaces??
[]).map(o=>t("tr",{children:[t("td",{children:t("a",{href:x({ns:o.name,page:"problems"}),children:t(d,{text:o.name})})}),[2,1,3,0].map(l=>t("td",{children:W(o.counts[l]?.[0]??
0)})),t("td",{children:W(o.entities)}),t("td",{children:W(o.silences)})]}))})]})})]})}function Un(){let[e,n]=y(""),[s,a]=y(""),[r,i]=y("");if(!Be.value)return null;
let o=()=>{Be.value=!1,n(""),a(""),i("")},l=be.value?.username??"",c=async u=>{u.preventDefault();try{await ve("PUT",`/api/core/v2/users/${Ct(l)}/change_passwor\
d`,{password:e,password_new:s}),o(),N("The password is changed"),be.value&&(be.value={...be.value,default_password:!1})}catch(m){i(m.message)}};return t(H,{title:"\
Change password",onClose:o,children:t("form",{onSubmit:u=>{c(u)},children:[t("input",{class:"hidden",type:"text",autocomplete:"username",value:l,readOnly:!0,tabIndex:-1,
"aria-hidden":"true"}),t("label",{class:"field",children:[t("span",{children:"Present password"}),t("input",{"data-first":!0,type:"password",autocomplete:"curre\
nt-password",value:e,onInput:u=>n(u.currentTarget.value)})]}),t("label",{class:"field",children:[t("span",{children:"New password, 8 characters at least"}),t("i\
nput",{type:"password",autocomplete:"new-password",minLength:8,maxLength:72,value:s,onInput:u=>a(u.currentTarget.value)})]}),r&&t("p",{class:"bad",role:"alert",
children:r}),t("footer",{children:[t(b,{onClick:o,children:"Cancel"}),t(b,{type:"submit",kind:"main",why:s.length<8&&"8 characters at least",children:"Change"})]})]})})}var Jn=/^[A-Za-z_./][\w./@ -]*$/,Qn=/^(true|false|null|yes|no|on|off|y|n|~|\.inf|\.nan)$/i;function en(e){return typeof e!="string"?JSON.stringify(e??null):Jn.test(
e)&&!Qn.test(e)&&e.trimEnd()===e?e:JSON.stringify(e).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/g,Yn)}var Yn=e=>`\\u${e.charCodeAt(
0).toString(16).padStart(4,"0")}`;function it(e,n){return Array.isArray(e)?e.flatMap(s=>Vn(s,n)):Object.entries(e).filter(([,s])=>s!=null).flatMap(([s,a])=>Zn(s,
a,n))}var tn=e=>e===null||typeof e!="object"||Object.keys(e).length===0,nn=e=>Array.isArray(e)?"[]":e&&typeof e=="object"?"{}":en(e);function Vn(e,n){if(tn(e))return[
`${n}- ${nn(e)}`];let[s="",...a]=it(e,`${n}  `);return[`${n}- ${s.slice(n.length+2)}`,...a]}function Zn(e,n,s){let a=`${s}${en(e)}:`;return tn(n)?[`${a} ${nn(n)}`]:
[a,...it(n,s+(Array.isArray(n)?"":"  "))]}function Je(e,n){let{metadata:s,...a}=n;return`${it({type:e,api_version:"core/v2",metadata:s??{},spec:a},"").join(`
`)}
`}var Xn=200,Ye="[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?",ot=new RegExp(`(?:'((?:[^']|'')+)'|([^\\s'=]+))=(?:(${Ye})([a-zA-Z%°µ/]*)|U)((?:;[^\\s;]*)*)(?=\\s\
|$)`,"y"),on=new RegExp(`^@?(?:(?:~|${Ye})?:)?(?:${Ye})?$`),sn=e=>e&&new RegExp(`^${Ye}$`).test(e)?Number(e):void 0,an=e=>e&&on.test(e)?e:"";function rn(e){let n=[],
s=0;for(;;){for(;/\s/.test(e.charAt(s));)s++;if(s>=e.length)return n;ot.lastIndex=s;let a=ot.exec(e);if(!a)return null;if(s=ot.lastIndex,a[3]===void 0||n.length>=
Xn)continue;let[,r,i,o,l]=(a[5]??"").split(";");n.push({label:a[1]?.replace(/''/g,"'")??a[2],value:Number(a[3]),unit:a[4]??"",warn:an(r),crit:an(i),min:sn(o),max:sn(
l)})}}function Ve(e){let[n="",...s]=e.split(`
`),[a,r=""]=lt(n),i=s.findIndex(m=>m.includes("|")),o=i<0?s:[...s.slice(0,i),lt(s[i])[0]],l=i<0?"":[lt(s[i])[1],...s.slice(i+1)].join(`
`),c=rn(r),u=rn(l);return c&&u?{text:[a,...o].join(`
`).trimEnd(),perf:[...c,...u]}:c&&c.length?{text:[a,...s].join(`
`).trimEnd(),perf:c}:{text:e,perf:[]}}function lt(e){let n=e.indexOf("|");return n<0?[e,""]:[e.slice(0,n),e.slice(n+1)]}function ln(e){if(!e||!on.test(e))return null;
let n=e.startsWith("@"),[s,a]=e.replace("@","").split(":");return a===void 0?s===""?null:{from:0,to:Number(s),inside:n}:{from:s==="~"?-1/0:Number(s||0),to:a===""?
1/0:Number(a),inside:n}}function ct(e,n){let s=ln(n);return!!s&&(e>=s.from&&e<=s.to)===s.inside}var ut=e=>{let n=ln(e);return n?[n.from,n.to].filter((s,a)=>Number.
isFinite(s)&&!(a===0&&s===0)):[]},es=Ce({B:[1024,["B","KiB","MiB","GiB","TiB","PiB"]],b:[1e3,["b","kb","Mb","Gb","Tb"]]}),ts=Ce({KB:["B",1024],MB:["B",1048576],
GB:["B",1073741824],TB:["B",1099511627776]}),Qe=e=>(Math.abs(e)>=100?e.toFixed(0):Math.abs(e)>=10?e.toFixed(1):e.toFixed(2)).replace(/\.0+$|(\.\d*?)0+$/,"$1");function Pe(e,n){
let[s,a]=ts[n]??[n,1],r=es[s];if(s==="s"&&Math.abs(e)<1&&e!==0)return Math.abs(e)<.001?`${Qe(e*1e6)} µs`:`${Qe(e*1e3)} ms`;if(!r)return Qe(e)+(s&&s!=="c"?` ${s}`:
"");let i=e*a,o=0;for(;Math.abs(i)>=r[0]&&o<r[1].length-1;)i/=r[0],o++;return`${Qe(i)} ${r[1][o]}`}function cn(e,n,s){let a=(n-e)/Math.max(1,s),r=10**Math.floor(Math.log10(a)),i=[1,2,2.5,5,10].map(l=>l*r).find(l=>l>=a*.999)??a,o=[];if(!Number.isFinite(i)||i<=
0)return o;for(let l=Math.ceil(e/i-1e-9);l*i<=n+i*1e-9;l++)o.push(Number((l*i).toPrecision(12)));return o}var ns=[60,120,300,600,900,1800,3600,7200,10800,21600,
43200,86400];function un(e,n,s,a){let r=ns.find(o=>(n-e)/o<=s)??86400,i=[];for(let o=Math.ceil((e+a)/r)*r-a;o<=n;o+=r)i.push(o);return i}function mn(e,n){if(!e.
length)return[0,1];let s=Math.min(...e.map(c=>c.least)),a=Math.max(...e.map(c=>c.largest)),r=n.filter(c=>c<=a*2&&c>=s/2),i=Math.min(s,...r),o=Math.max(a,...r);if(i>
0&&i<o/2&&(i=0),i===o){let c=Math.abs(i)/10||1;return[i-c,o+c]}let l=(o-i)*.06;return[i===0?0:i-l,o+l]}function dn(e){let n=[];for(let s of e){let a=n.at(-1);a&&
s.t-a.at(-1).t<=300?a.push(s):n.push([s])}return n}var mt=(e,n)=>`${e.toFixed(1)} ${n.toFixed(1)}`;function pn(e,n,s){return dn(e).map(a=>`M${a.map(r=>mt(n(r.t),
s(r.mean))).join("L")}${a.length===1?"h2":""}`).join("")}function hn(e,n,s){return dn(e).map(a=>`M${[...a.map(r=>mt(n(r.t),s(r.largest))),...[...a].reverse().map(
r=>mt(n(r.t),s(r.least)))].join("L")}Z`).join("")}function fn(e,n){let s=-1;for(let a=0;a<e.length;a++)(s<0||Math.abs(e[a].t-n)<Math.abs(e[s].t-n))&&(s=a);return s}var ae=66,ss=22,de=8,as=10,rs=5,is=e=>g.value==="utc"?0:-new Date(e*1e3).getTimezoneOffset()*60;function gn(e){let n=Ie(null),s=xt(0),[a,r]=y(null);V(()=>{let p=new ResizeObserver(
()=>{s.value=n.current?.clientWidth??0});return p.observe(n.current),()=>p.disconnect()},[]);let i=e.small?150:240,o=Math.max(1,s.value-ae-as),l=i-de-ss,[c,u]=mn(
e.points,e.limits.map(p=>p.value)),m=p=>ae+(p-e.from)/(e.to-e.from)*o,w=p=>de+l-(p-c)/(u-c)*l,h=p=>e.from+(p.clientX-n.current.getBoundingClientRect().left-ae)/
o*(e.to-e.from),q=p=>{let fe=h(p);e.look(fn(e.points,fe)),a&&r([a[0],fe])},z=p=>{e.zoom&&p.pointerType==="mouse"&&(p.currentTarget.setPointerCapture(p.pointerId),
r([h(p),h(p)]))},oe=()=>{a&&Math.abs(m(a[0])-m(a[1]))>rs&&e.zoom(Math.round(Math.min(...a)),Math.round(Math.max(...a))),r(null)},ne=e.at!==null?e.points[e.at]:void 0;
return t("div",{class:`plot${e.small?" small":""}`,ref:n,children:s.value>0&&t("svg",{width:s.value,height:i,"aria-hidden":"true",onPointerMove:q,onPointerDown:z,
onPointerUp:oe,onPointerLeave:()=>{a||e.look(null)},children:[cn(c,u,e.small?3:5).map(p=>t("g",{class:"axis",children:[t("line",{x1:ae,x2:ae+o,y1:w(p),y2:w(p)}),
t("text",{x:ae-8,y:w(p)+4,"text-anchor":"end",children:e.format(p)})]})),un(e.from,e.to,Math.max(2,o/80),is(e.to)).map(p=>t("g",{class:"axis",children:[t("line",
{x1:m(p),x2:m(p),y1:de,y2:de+l}),t("text",{x:Math.min(m(p),s.value-18),y:i-6,"text-anchor":"middle",children:O(p,g.value)})]})),t("path",{class:"band",d:hn(e.points,
m,w)}),t("path",{class:"curve",d:pn(e.points,m,w)}),e.limits.filter(p=>p.value>c&&p.value<u).map(p=>t("line",{class:`limit-line s-${p.tone}`,x1:ae,x2:ae+o,y1:w(
p.value),y2:w(p.value)})),ne&&t("g",{class:"here",children:[t("line",{x1:m(ne.t),x2:m(ne.t),y1:de,y2:de+l}),t("circle",{cx:m(ne.t),cy:w(ne.mean),r:"4"})]}),a&&t(
"rect",{class:"drag",x:Math.min(m(a[0]),m(a[1])),y:de,width:Math.abs(m(a[0])-m(a[1])),height:l})]})})}var bn=[["1 h",3600],["6 h",21600],["24 h",86400]],re=e=>e.name+(e.tags?.length?` ${e.tags.map(n=>`${n.name}=${n.value}`).join(" ")}`:""),os=e=>n=>!e&&Math.abs(
n)>=1e6?n.toExponential(2):!e&&n&&Math.abs(n)<.1?String(Number(n.toPrecision(2))):Pe(n,e),ls=(e,n)=>n.find(s=>e.name===s.label||e.name.endsWith(`.${s.label}`)||
e.tags?.some(a=>a.value===s.label));function vn({path:e,perf:n,page:s}){let a=T(e),{metric:r="",span:i="6 h"}=$.value.query;return t(S,{title:"Graph",class:"gra\
ph-card",children:(()=>{if(a.error&&!a.data)return a.error.status===404?t("p",{class:"muted",children:["No metrics are kept of this ",s,"."]}):t(Q,{error:a.error,
what:"metrics",again:a.again});if(!a.data)return t(J,{rows:4});let l=a.data.series,c=l.find(u=>re(u)===r)??l[0];return c?t(f,{children:[t("div",{class:"graph-to\
ols",children:[t("label",{class:"sort",children:[t("span",{children:"Metric"}),t("select",{value:re(c),onChange:u=>R({metric:u.currentTarget.value,from:"",to:""}),
children:l.map(u=>t("option",{value:re(u),children:re(u)}))})]}),t(cs,{shown:i})]}),t(kn,{series:c,perf:ls(c,n),shown:i}),a.data.left_out>0&&t("p",{class:"small\
 muted",children:[a.data.left_out," more metrics are not kept: 32 of an event are."]})]}):t("p",{class:"muted",children:"No metrics yet: they come with the next\
 results."})})()})}function cs({shown:e}){let n=!!$.value.query.from;return t("div",{class:"chips",role:"group","aria-label":"How long",children:[bn.map(([s])=>t(
"button",{type:"button",class:"chip","aria-pressed":!n&&s===e,onClick:()=>R({span:s==="6 h"?"":s,from:"",to:""}),children:s})),n&&t("button",{type:"button",class:"\
chip",onClick:()=>R({from:"",to:""}),children:"zoom out"})]})}function yn({path:e}){let n=T(e);return n.data?.series.length?t(S,{title:"Metrics",class:"graph-ca\
rd",children:t("div",{class:"small-graphs",children:n.data.series.map(s=>t(us,{children:[t("h3",{children:t(d,{text:re(s)})}),t(kn,{series:s,shown:"24 h",small:!0})]},
re(s)))})}):null}function us({children:e}){let n=Ie(null),[s,a]=y(!1);return V(()=>{let r=new IntersectionObserver(i=>{i.some(o=>o.isIntersecting)&&a(!0)},{rootMargin:"\
200px"});return r.observe(n.current),()=>r.disconnect()},[]),t("div",{class:"small-graph",ref:n,children:s&&e})}function kn({series:e,perf:n,shown:s,small:a=!1}){
let[r,i]=y(null),[o,l]=y(!1),c=bn.find(([p])=>p===s)?.[1]??21600,u=$.value.query,m=!a&&Number(u.from)>0&&Number(u.to)>Number(u.from),w=m?Number(u.to):Math.ceil(
k.value/60)*60,h=m?Number(u.from):w-c,q=e.points.filter(p=>p[0]>=h&&p[0]<=w).map(([p,fe,zn,Kn])=>({t:p,mean:fe,least:zn,largest:Kn})),z=os(n?.unit??""),oe=r!==null?
q[r]:q.at(-1),ne=n?[...ut(n.warn).map(p=>({value:p,tone:"warning"})),...ut(n.crit).map(p=>({value:p,tone:"critical"}))]:[];return t("div",{class:"graph",children:[
t("p",{class:"readout small","aria-hidden":"true",children:oe?t(f,{children:[t("b",{children:z(oe.mean)})," ",t("span",{class:"muted",children:[z(oe.least)," … ",
z(oe.largest)," at ",O(oe.t,g.value)]})]}):t("span",{class:"muted",children:["Nothing in the last ",C(w-h)]})}),t(gn,{points:q,from:h,to:w,limits:ne,format:z,small:a,
at:r,look:i,...a?{}:{zoom:(p,fe)=>R({from:String(p),to:String(fe)},!1)}}),t(ms,{points:q,write:z,name:re(e)}),!a&&t("div",{class:"graph-foot",children:[t("span",
{class:"small muted",children:["Line: mean of two minutes. Band: least to largest.",ne.length>0&&" Dashed: the limits of the check."," Drag to zoom."]}),t(b,{kind:"\
quiet","aria-expanded":o,onClick:()=>l(!o),children:o?"Hide the table":"As a table"})]}),o&&t(ds,{points:q,write:z,name:re(e)})]})}function ms({points:e,write:n,
name:s}){if(!e.length)return null;let a=Math.min(...e.map(o=>o.least)),r=Math.max(...e.map(o=>o.largest)),i=e.at(-1);return t("p",{class:"hidden",children:["Gra\
ph of ",s,": last ",n(i.mean),", least ",n(a),", largest ",n(r),"."]})}function ds({points:e,write:n,name:s}){return t("div",{class:"table-scroll",tabIndex:0,role:"\
region","aria-label":`Values of ${s}`,children:t("table",{class:"values",children:[t("thead",{children:t("tr",{children:[t("th",{children:"Time"}),t("th",{children:"\
Mean"}),t("th",{children:"Least"}),t("th",{children:"Largest"})]})}),t("tbody",{children:[...e].reverse().map(a=>t("tr",{children:[t("td",{title:F(a.t,g.value),
children:ce(a.t,k.value,g.value)}),t("td",{children:n(a.mean)}),t("td",{children:n(a.least)}),t("td",{children:n(a.largest)})]}))})]})})}var ps=2e4,hs=_e(null);function fs(e,n){return e.rows.map(s=>({ns:n,labels:{},...Object.fromEntries(e.columns.map((a,r)=>[a==="namespace"?"ns":a,s[r]??void 0]).
filter(([,a])=>a!==void 0))}))}var gs=e=>`${X(e,"entities")}?limit=${ps}`;function bs(){let e=$.value.ns||(I.value.length===1?I.value[0]:""),n=T(e?gs(e):"",["en\
tities"]);return{ns:e,got:n}}var Re=e=>e.class==="agent"&&!e.connected,Cn=Ce({ill:e=>e.status>0,gone:Re,agent:e=>e.class==="agent",proxy:e=>e.class!=="agent"});
function vs(e,n){let s=`${e.name} ${e.os} ${e.platform} ${e.version} ${Object.entries(e.labels).map(([a,r])=>`${a}=${r}`).join(" ")}`.toLowerCase();return n.split(
/\s+/).filter(Boolean).every(a=>a.startsWith("is:")?(Cn[a.slice(3)]??(()=>!0))(e):a.includes("*")?qt(a)(e.name):s.includes(a.toLowerCase()))}var wn=[3,2,0,1],xn=(e,n)=>e.
name<n.name?-1:1,$n=Ce({severity:(e,n)=>wn[Math.min(3,e.status)]-wn[Math.min(3,n.status)]||Number(Re(n))-Number(Re(e))||n.problems-e.problems||xn(e,n),name:xn,seen:(e,n)=>e.
last_seen-n.last_seen});function ys(){B("Entities");let{ns:e,got:n}=bs(),{q:s="",sort:a="severity"}=$.value.query,r=Z(()=>n.data?fs(n.data,e):[],[n.data]),i=Z(()=>r.
filter(u=>vs(u,s)).sort($n[a]??$n.severity),[r,s,a]);if(!e)return t(pe,{what:"Entities",page:"entities"});let o=u=>s.split(/\s+/).includes(u),l=u=>()=>R({q:o(u)?
s.replace(u,"").trim():[...s.split(/\s+/).filter(m=>m&&!m.startsWith("is:")),u].join(" ")},!1),c=(u,m,w)=>t(me,{name:m,tone:w,n:r.filter(Cn[u]).length,on:o(`is:${u}`),
run:l(`is:${u}`)});return t("div",{class:"list-page",children:[t("header",{class:"headline",children:[t("h1",{children:"Entities"}),t("p",{class:"muted",children:"\
Machines with an agent, and whatever else reports by one."})]}),t("div",{class:"toolbar",children:[t("div",{class:"chips",role:"group","aria-label":"Kind",children:[
t(me,{name:"All",n:r.length,on:!s,run:()=>R({q:""},!1)}),c("ill","With problems","s-critical"),c("gone","Not connected","s-unknown"),c("proxy","Without agent")]}),
t("div",{class:"tools",children:[t(U,{label:"Filter entities",help:"Filter: name, system, label tier=web",fields:!1}),t(Vt,{sorts:[["severity","worst first"],["\
name","name"],["seen","longest not seen"]],usual:"severity"})]})]}),t(Y,{of:n,what:"entities",ns:e,children:()=>i.length?t(Ge,{name:"entities",label:"Entities",
items:i,keyOf:u=>u.name,columns:ks,cells:ws,describe:u=>u.name,rowClass:u=>`edge-${E(u.status)}`,open:u=>j(ee(u.ns,u.name)),focus:hs}):s?t(D,{icon:"search",title:"\
Nothing matches",children:t(b,{onClick:()=>R({q:""},!1),children:"Clear the filter"})}):t(D,{icon:"entities",title:"No entities yet",children:["Start an agent: ",
t("code",{children:["picket agent start --backend-url ws://",location.hostname,":8081"]})]})})]})}var ks=[{id:"status",name:"Status"},{id:"what",name:"Name"},{id:"\
problems",name:"Failing"},{id:"system",name:"System"},{id:"seen",name:"Seen"},{id:"labels",name:"Labels"}];function ws(e){return[t(Ee,{status:e.status}),t("a",{
class:"name",tabIndex:-1,href:ee(e.ns,e.name),children:t("b",{children:t(d,{text:e.name})})}),t("span",{children:[e.problems?`${e.problems} of ${e.events}`:t("s\
pan",{class:"muted",children:["none of ",e.events]}),e.silenced>0&&t("span",{class:"muted",title:`${e.silenced} silenced`,children:[" ",t(v,{name:"silenced"}),e.
silenced]})]}),t("span",{class:"muted",children:t(d,{text:[e.class==="agent"?"":e.class,e.os&&e.platform&&e.os!==e.platform?`${e.platform}, ${e.os}`:e.platform||
e.os].filter(Boolean).join(" ")})}),t("span",{class:Re(e)?"s-unknown":"",children:Re(e)?t(f,{children:["gone for ",t(Wt,{since:e.last_seen})]}):t(ue,{t:e.last_seen})}),
t("span",{class:"labels",children:Object.entries(e.labels).slice(0,4).map(([n,s])=>t("span",{class:"label",children:t(d,{text:`${n}=${s}`})}))})]}function pe({what:e,
page:n}){return B(e),t("div",{class:"page",children:[t("h1",{children:e}),t("p",{children:"These are shown one namespace at a time."}),t("ul",{class:"plain",children:I.
value.map(s=>t("li",{children:t("a",{href:x({ns:s,page:n}),children:t(d,{text:s})})}))})]})}var xs=[{id:"status",name:"Status",sort:"severity"},{id:"what",name:"\
Check",sort:"check"},{id:"output",name:"What it says"},{id:"since",name:"Since",sort:"since"},{id:"times",name:"Times"},{id:"told",name:"Told"}];function $s(){let{
ns:e,path:[n=""]}=$.value;B(n);let s=T(A(e,"entities",n),["entities"]);return s.error?.status===404?t("div",{class:"page",children:[t("h1",{children:t(d,{text:n})}),
t("p",{children:["There is no such machine in ",t(d,{text:e}),": it was deleted, or never reported."]}),t("p",{children:t("a",{href:x({ns:e,page:"entities"}),children:"\
Entities"})})]}):s.data?t(Cs,{e:s.data,ns:e}):t("div",{class:"page",children:[t("h1",{class:"hidden",children:t(d,{text:n})}),s.error?t(Q,{error:s.error,what:"e\
ntity",again:s.again,ns:e}):t(J,{})]})}function Cs({e,ns:n}){let s=e.metadata.name,{sort:a="severity",order:r=""}=$.value.query,i=[...M.value.map.values()].filter(
c=>c.entity===s&&c.ns===n),o=i.filter(c=>c.status).length,l=le([...i],"severity",!1)[0]?.status??0;return t("div",{class:`page edge-${E(l)}`,children:[t("header",
{class:"event-head",children:[t("a",{class:"back",href:x({ns:n,page:"entities"}),children:[t(v,{name:"back"}),"Entities"]}),t("div",{class:"title",children:[t(Ee,
{status:l,badge:!0}),t("h1",{children:t(d,{text:s})})]}),t("p",{class:"facts-line",children:[t("b",{children:o?P(o,"problem"):"Nothing failing"})," of ",P(i.length,
"check")," · ",e.entity_class==="agent"?"seen":"last result"," ",He(e.last_seen,k.value)]}),t("div",{class:"acts",children:[_(n,"create","silenced")&&t(b,{icon:"\
silenced",onClick:()=>se({ns:n,subscription:`entity:${s}`}),children:"Silence machine"}),_(n,"delete","entities")&&t(b,{icon:"delete",kind:"danger",onClick:()=>Es(
n,s,i.length),children:"Delete…"})]})]}),t("section",{class:"embedded of-entity","aria-label":"Its events",children:t(Ue,{wanted:le(i,a,!!r),scope:`entity|${n}\
|${s}|${a}|${r}`,columns:xs,label:`Events of ${s}`,ready:M.value.loaded==="all",empty:t(D,{icon:"events",title:"No events of this machine",children:"They come w\
ith the first result of a check."})})}),t(yn,{path:X(n,"events",s,"metrics")}),t("div",{class:"columns even",children:[t(Ss,{e}),t(S,{title:"Labels and annotati\
ons",children:t(L,{list:[["Labels",Object.keys(e.metadata.labels??{}).length?t(G,{of:e.metadata.labels}):"none"],["Annotations",Object.keys(e.metadata.annotations??
{}).length?t(G,{of:e.metadata.annotations}):"none"]]})})]})]})}function Ss({e}){let n=e.system??{},s=(n.network?.interfaces??[]).filter(a=>a.addresses?.length&&
a.name!=="lo");return t(S,{title:"System",children:t(L,{list:[["Kind",e.entity_class],["Host name",n.hostname],["System",[n.os,n.platform,n.platform_version,n.arch].
filter(Boolean).join(" ")],["Agent",e.sensu_agent_version],["Seen",t(ue,{t:e.last_seen})],["Subscriptions",e.subscriptions?.join(", ")],["Addresses",s.length>0&&
t("ul",{class:"plain",children:s.map(a=>t("li",{children:t(d,{text:`${a.name}: ${a.addresses.join(", ")}`})}))})],["When it leaves",e.deregister?"it is deleted":
""]]})})}function Es(e,n,s){Ke({title:`Delete ${n}?`,act:"Delete",danger:!0,typed:n,text:t("p",{children:["The machine goes, and its ",P(s,"event"),". An agent \
that is alive comes back within its next keepalive."]}),run:()=>{Ps(e,n)}})}async function Ps(e,n){try{await ve("DELETE",A(e,"entities",n)),N(`${n} is deleted`),
j(x({ns:e,page:"entities"}))}catch(s){N(s.message,!0)}}var Te=e=>Array.isArray(e)?e.map(n=>typeof n=="string"?n:n.name??"").filter(Boolean).join(", "):"",he=e=>typeof e=="string"?e:"",ht=e=>{try{return new URL(e).host}catch{
return e?"an address":""}};function Ts(e){let n=e.webhook,s=e.email,a=e.file,r=e.socket,i=e.alert,o=n?`${n.form??"json"} → ${ht(n.url??"")}`:s?`→ ${Te(s.to)}\
 by ${s.host}`:a?`→ ${a.path}`:r?.host?`→ ${r.host}:${r.port}`:e.type==="set"?`→ ${Te(e.handlers)}`:he(e.command),l=i?`; after ${i.after??1}, ${i.every?`e\
very ${i.every}`:"never again"}`:"";return`${he(e.type)} ${o}${Te(e.filters)?`; filters ${Te(e.filters)}`:""}${l}`}var dt=[{id:"handlers",name:"Handlers",type:"\
Handler",what:"who is told, and how",say:Ts},{id:"filters",name:"Filters",type:"EventFilter",what:"what is told and what is not",say:e=>`${he(e.action)} ${(e.expressions??
[]).join(" and ")}`},{id:"mutators",name:"Mutators",type:"Mutator",what:"how an event is rewritten before it is told",say:e=>he(e.command)||he(e.type)},{id:"pip\
elines",name:"Pipelines",type:"Pipeline",what:"filter, mutator and handler in a row",say:e=>P((e.workflows??[]).length,"workflow")+`: ${Te(e.workflows)}`},{id:"\
hooks",name:"Hooks",type:"HookConfig",what:"what runs after a check that failed",say:e=>he(e.command)},{id:"assets",name:"Assets",type:"Asset",what:"programs th\
at checks and handlers bring along",say:e=>ht(he(e.url))||P((e.builds??[]).length,"build")}];function Ms(){B("Config");let e=$.value.ns||(I.value.length===1?I.value[0]:
""),{path:[n="handlers"]}=$.value,s=dt.find(a=>a.id===n)??dt[0];return e?t("div",{class:"list-page scrolls",children:[t("header",{class:"headline",children:[t("\
h1",{children:"Config"}),t("p",{class:"muted",children:["As it is; it is changed by ",t("code",{children:"picket ctl"}),"."]})]}),t("nav",{class:"tabs","aria-la\
bel":"Kinds",children:dt.map(a=>t("a",{href:x({ns:e,page:"config",path:[a.id]}),"aria-current":a.id===s.id?"page":void 0,children:a.name}))}),_(e,"list",s.id)?t(
_s,{kind:s,ns:e},s.id):t(Zt,{what:s.id,ns:e})]}):t(pe,{what:"Config",page:"config"})}function _s({kind:e,ns:n}){let s=T(A(n,e.id)),a=Ns(e.id,n),r=($.value.query.
q??"").toLowerCase(),i=$.value.path[1];return t(f,{children:[t("div",{class:"toolbar",children:[t("p",{class:"muted",children:[e.name,": ",e.what,"."]}),t("div",
{class:"tools",children:t(U,{label:`Filter ${e.id}`,help:"Filter: name",fields:!1})})]}),t(Y,{of:s,what:e.id,ns:n,children:o=>{let l=o.filter(c=>c.metadata.name.
toLowerCase().includes(r));return l.length?t("ul",{class:"things",children:l.map(c=>t(Rs,{t:c,kind:e,used:a(c.metadata.name),open:i===c.metadata.name},c.metadata.
name))}):t(D,{icon:"config",title:o.length?"Nothing matches":`No ${e.id}`,children:!o.length&&t(f,{children:[t("code",{children:["picket ctl create -f ",e.id,".\
yaml"]})," makes some."]})})}})]})}function Ns(e,n){let a=T(e!=="assets"&&e!=="mutators"&&_(n,"list","checks")?A(n,"checks"):"",["checks"]),r=T(e==="filters"&&_(
n,"list","handlers")?A(n,"handlers"):"");return i=>{let o=c=>Te(c).split(", ").includes(i),l=c=>o(c[e])||e==="hooks"&&JSON.stringify(c.check_hooks??"").includes(
JSON.stringify(i));return e==="filters"?r.data?`used by ${P(r.data.filter(c=>o(c.filters)).length,"handler")}`:"":a.data?`used by ${P(a.data.filter(l).length,"c\
heck")}`:""}}var Bs=/^(key|password|headers|env_vars|secrets)$/,As=e=>e===null||e===""||Array.isArray(e)&&!e.length;function pt(e,n="",s=""){return n==="url"&&s===
"webhook"&&e?`https://${ht(String(e))}/… (hidden)`:Bs.test(n)&&!As(e)?n==="env_vars"&&Array.isArray(e)?e.map(a=>`${String(a).split("=")[0]}=(hidden)`):"(hidde\
n)":Array.isArray(e)?e.map(a=>pt(a,"",n)):e&&typeof e=="object"?Object.fromEntries(Object.entries(e).map(([a,r])=>[a,pt(r,a,n)])):e}function Rs({t:e,kind:n,used:s,
open:a}){let[r,i]=y(!1),o=pt(e),l=JSON.stringify(o)!==JSON.stringify(e);return t("li",{children:t("details",{open:a,children:[t("summary",{children:[t("b",{children:t(
d,{text:e.metadata.name})}),t("span",{class:"say",children:t(d,{text:n.say(e)})}),t("span",{class:"muted small",children:s})]}),t("div",{class:"thing",children:[
Object.keys(e.metadata.labels??{}).length>0&&t(L,{list:[["Labels",t(G,{of:e.metadata.labels})]]}),n.id==="filters"&&Array.isArray(e.expressions)&&t(L,{list:[["E\
xpressions",t("ul",{class:"plain",children:e.expressions.map(c=>t("li",{children:t("code",{children:t(d,{text:c})})}))})]]}),typeof e.timeout=="number"&&e.timeout>
0&&t(L,{list:[["Timeout",C(e.timeout)]]}),l&&t(b,{kind:"quiet",onClick:()=>i(!r),children:r?"Hide secrets":"Show secrets"}),t(ft,{text:Je(n.type,r?e:o)})]})]})})}
function ft({text:e}){let n=()=>{navigator.clipboard.writeText(e).then(()=>N("Copied"),()=>N("The browser does not let us copy",!0))};return t("div",{class:"yam\
l",children:[t("pre",{class:"terminal",tabIndex:0,"aria-label":"As YAML",children:ge(e)}),"clipboard"in navigator&&t(b,{kind:"quiet",onClick:n,children:"Copy"})]})}var Is=_e(null),ie=_e(null),gt=e=>e.cron?`cron ${e.cron}`:e.interval?Fe(e.interval):"by hand only",bt=e=>[...e.handlers??[],...(e.pipelines??[]).map(n=>n.name)];
function Os(){let e=new Map;for(let n of M.value.map.values()){let s=`${n.ns}/${n.check}`,a=e.get(s);a?a.push(n):e.set(s,[n])}return new Map([...e].map(([n,s])=>[
n,Ne(s)]))}function Ls(){B("Checks");let e=$.value.ns||(I.value.length===1?I.value[0]:""),n=($.value.query.q??"").toLowerCase(),s=T(e?A(e,"checks"):"",["checks"]),
a=Z(Os,[M.value]);if(!e)return t(pe,{what:"Checks",page:"checks"});let r=(s.data??[]).filter(i=>`${i.metadata.name} ${i.command} ${(i.subscriptions??[]).join(" ")}\
 ${bt(i).join(" ")}`.toLowerCase().includes(n)).sort((i,o)=>i.metadata.name<o.metadata.name?-1:1);return t("div",{class:"list-page",children:[t("header",{class:"\
headline",children:[t("h1",{children:"Checks"}),t("p",{class:"muted",children:"What is run, where, and who hears of it."})]}),t("div",{class:"toolbar",children:t(
"div",{class:"tools",children:t(U,{label:"Filter checks",help:"Filter: name, command, subscription, handler",fields:!1})})}),t(Y,{of:s,what:"checks",ns:e,children:i=>r.
length?t(Ge,{name:"checks",label:"Checks",items:r,keyOf:o=>o.metadata.name,columns:Ds,cells:o=>Ws(o,e,a.get(`${e}/${o.metadata.name}`)),describe:o=>o.metadata.name,
open:o=>j(x({ns:e,page:"checks",path:[o.metadata.name]})),focus:Is}):i.length?t(D,{icon:"search",title:"Nothing matches",children:t(b,{onClick:()=>R({q:""},!1),
children:"Clear the filter"})}):t(D,{icon:"checks",title:"No checks yet",children:[t("code",{children:"picket ctl create -f checks.yaml"}),", or results come by\
 themselves on port 3030."]})}),ie.value&&t(Pn,{...ie.value},ie.value.check)]})}var Ds=[{id:"what",name:"Name"},{id:"when",name:"Runs"},{id:"subs",name:"Where"},
{id:"to",name:"Tells"},{id:"results",name:"Results"},{id:"do",name:"Actions"}];function Sn({c:e,to:n}){let s=[2,1,3,0].filter(a=>(e?.[a]?.[0]??0)>0);return s.length?
t("span",{class:"results",children:s.map(a=>{let r=t(f,{children:[t(v,{name:["ok","warning","critical","unknown"][a],title:E(a)}),W(e[a][0])]});return n?t("a",{
tabIndex:-1,class:`s-${E(a)}`,href:n(a),children:r}):t("span",{class:`s-${E(a)}`,children:r})})}):t("span",{class:"muted",children:"none yet"})}function Ws(e,n,s){
let a=e.metadata.name,r=bt(e);return[t("a",{class:"name",tabIndex:-1,href:x({ns:n,page:"checks",path:[a]}),children:t("b",{children:t(d,{text:a})})}),e.publish||
!(e.interval||e.cron)?t(d,{text:gt(e)}):t("span",{class:"paused",children:[t(v,{name:"pause"}),"paused"]}),t("span",{class:"muted",children:t(d,{text:(e.subscriptions??
[]).join(", ")||"nowhere"})}),r.length?t(d,{text:r.join(", ")}):t("span",{class:"muted",children:"nobody"}),t(Sn,{c:s,to:i=>x({ns:n,page:"events",query:{q:`chec\
k:${a} status:${E(i)}`}})}),t(En,{c:e,ns:n,small:!0})]}function En({c:e,ns:n,small:s}){let a=e.metadata.name,r=s?-1:void 0,i=o=>N(o.message,!0);return t(f,{children:[
_(n,"create","checks")&&t(b,{tabIndex:r,icon:"run",kind:s?"quiet":void 0,onClick:()=>{ie.value={ns:n,check:a}},children:"Run now…"}),_(n,"update","checks")&&(e.
interval||e.cron)&&(e.publish?!s&&t(b,{icon:"pause",onClick:()=>{rt(n,a,!1).catch(i)},children:"Pause"}):t(b,{tabIndex:r,icon:"play",kind:s?"quiet":void 0,onClick:()=>{
rt(n,a,!0).catch(i)},children:"Publish"}))]})}function Pn({ns:e,check:n}){let[s,a]=y(""),r=()=>{ie.value=null},i=s.split(/[\s,]+/).filter(Boolean),o=async l=>{l.
preventDefault(),r();try{await Jt(e,n,i.length?i.map(c=>c.includes(":")?c:`entity:${c}`):void 0),N(`${n} was asked for ${i.length?`on ${i.join(", ")}`:"everywhe\
re it runs"}`)}catch(c){N(c.message,!0)}};return t(H,{title:`Run ${n} now`,onClose:r,children:t("form",{onSubmit:l=>{o(l)},children:[t("label",{class:"field",children:[
t("span",{children:"On these machines (empty: everywhere its subscriptions say)"}),t("input",{"data-first":!0,value:s,spellcheck:!1,autocomplete:"off",placeholder:"\
web1, web2",onInput:l=>a(l.currentTarget.value)})]}),t("footer",{children:[t(b,{onClick:r,children:"Cancel"}),t(b,{type:"submit",kind:"main",icon:"run",children:"\
Run"})]})]})})}var js=[{id:"status",name:"Status",sort:"severity"},{id:"what",name:"Machine",sort:"entity"},{id:"output",name:"What it says"},{id:"since",name:"\
Since",sort:"since"},{id:"times",name:"Times"},{id:"told",name:"Told"}];function qs(){let{ns:e,path:[n=""],query:{sort:s="severity",order:a=""}}=$.value;B(n);let r=T(
A(e,"checks",n),["checks"]),i=[...M.value.map.values()].filter(l=>l.check===n&&l.ns===e),o=r.data;return!o&&r.error&&r.error.status!==404?t("div",{class:"page",
children:[t("h1",{children:t(d,{text:n})}),t(Q,{error:r.error,what:"checks",again:r.again,ns:e})]}):!o&&!r.error?t("div",{class:"page",children:[t("h1",{class:"\
hidden",children:t(d,{text:n})}),t(J,{})]}):t("div",{class:"page",children:[t("header",{class:"event-head",children:[t("a",{class:"back",href:x({ns:e,page:"chec\
ks"}),children:[t(v,{name:"back"}),"Checks"]}),t("div",{class:"title",children:t("h1",{children:t(d,{text:n})})}),t("p",{class:"facts-line",children:o?t(f,{children:[
o.publish?t("b",{children:gt(o)}):t("b",{class:"paused",children:[t(v,{name:"pause"}),"paused: nobody runs it"]}),o.timeout>0&&` · timeout ${C(o.timeout)}`,o.ttl>
0&&` · expected within ${C(o.ttl)}`," · tells ",bt(o).join(", ")||"nobody"]}):"There is no check of this name here; its results come by themselves."}),t("div",
{class:"acts",children:[o&&t(En,{c:o,ns:e}),_(e,"create","silenced")&&t(b,{icon:"silenced",onClick:()=>se({ns:e,check:n}),children:"Silence"})]})]}),t("section",
{class:"embedded of-check","aria-label":"Its results",children:[t("h2",{class:"side-title",children:[P(i.length,"result")," by machine ",t(Sn,{c:Ne(i)})]}),t(Ue,
{wanted:le(i,s,!!a),scope:`check|${e}|${n}|${s}|${a}`,columns:js,label:`Results of ${n}`,ready:M.value.loaded==="all",empty:t(D,{icon:"events",title:"No results\
 yet",children:"They come with its first run."})})]}),o&&t("div",{class:"columns even",children:[t(Fs,{c:o}),t(S,{title:"As YAML",children:t(ft,{text:Je("CheckC\
onfig",o)})})]}),ie.value&&t(Pn,{...ie.value},ie.value.check)]})}function Fs({c:e}){return t(S,{title:"Definition",children:t(L,{list:[["Command",e.command&&t("\
code",{class:"command",children:t(d,{text:e.command})})],["Runs",gt(e)],["Round robin",e.round_robin?"one machine at a time":""],["Subscriptions",e.subscriptions?.
join(", ")],["Handlers",e.handlers?.join(", ")],["Pipelines",e.pipelines?.map(n=>n.name).join(", ")],["Assets",e.runtime_assets?.join(", ")],["Reports as",e.proxy_entity_name],
["Metrics",e.output_metric_format],["Labels",Object.keys(e.metadata.labels??{}).length>0&&t(G,{of:e.metadata.labels})],["Annotations",Object.keys(e.metadata.annotations??
{}).length>0&&t(G,{of:e.metadata.annotations})]]})})}function Tn({list:e}){if(!e.length)return t("p",{class:"muted",children:"No result yet."});let n=e[0],s=e[e.length-1];return t("div",{class:"history",children:[
t("ol",{class:"strip",children:e.map(a=>t("li",{class:`s-${E(a.status)}`,title:`${K(a.status)}, ${F(a.executed,g.value)}`,children:t(v,{name:te[we(a.status)],title:`${K(
a.status)} at ${O(a.executed,g.value,!0)}`})}))}),t("p",{class:"ends muted small",children:[t("span",{children:O(n.executed,g.value,!0)}),t("span",{children:["l\
ast result ",O(s.executed,g.value,!0)]})]})]})}var Nn={fg:"",bg:"",bold:!1,dim:!1,italic:!1,underline:!1,inverse:!1},Bn=/\u001b\[([\d;:]*)m/g,Hs=5e3,Mn=["black","red","green","yellow","blue","magenta","cyan",
"white"],Me=e=>e<8?Mn[e]:`bright-${Mn[e-8]}`;function vt(e,n,s){let a=Math.max(e,n,s);if(a<60)return"black";let r=(e>a/2?1:0)|(n>a/2?2:0)|(s>a/2?4:0);return Me(
a>200?r+8:r)}function zs(e){if(e<16)return Me(e);if(e>=232)return vt(...Array(3).fill((e-232)*10+8));let n=s=>s===0?0:s*40+55;return vt(n(Math.floor((e-16)/36)),
n(Math.floor((e-16)/6)%6),n((e-16)%6))}function Ks(e,n){return e[n]===5?[zs(Math.min(255,e[n+1]??0)),2]:e[n]===2?[vt(e[n+1]??0,e[n+2]??0,e[n+3]??0),4]:["",1]}var _n={
0:Nn,1:{bold:!0},2:{dim:!0},3:{italic:!0},4:{underline:!0},7:{inverse:!0},22:{bold:!1,dim:!1},23:{italic:!1},24:{underline:!1},27:{inverse:!1},39:{fg:""},49:{bg:""}};
function Gs(e,n){let s={...e};for(let a=0;a<n.length;a++){let r=n[a];if(r in _n)Object.assign(s,_n[r]);else if(r>=30&&r<=37)s.fg=Me(r-30);else if(r>=90&&r<=97)s.
fg=Me(r-82);else if(r>=40&&r<=47)s.bg=Me(r-40);else if(r>=100&&r<=107)s.bg=Me(r-92);else if(r===38||r===48){let[i,o]=Ks(n,a+1);r===38?s.fg=i:s.bg=i,a+=o}}return s}
function Us(e){let[n,s]=e.inverse?[e.bg||"paper",e.fg||"ink"]:[e.fg,e.bg];return[n&&`fg-${n}`,s&&`bg-${s}`,e.bold&&"a-bold",e.dim&&"a-dim",e.italic&&"a-italic",
e.underline&&"a-underline"].filter(Boolean).join(" ")}function An(e){let n=[],s=Nn,a=0,r=i=>{i>a&&n.push({text:e.slice(a,i),classes:Us(s)})};for(let i of e.matchAll(
Bn)){if(n.length>=Hs)break;r(i.index),a=i.index+i[0].length,s=Gs(s,(i[1]||"0").split(/[;:]/).map(Number))}return r(e.length),n}var Rn=e=>e.replace(Bn,"");var Js=1e5,Qs=4e5,Ys=e=>e>=1e6?`${(e/1e6).toFixed(1)} MB`:`${Math.round(e/1e3)} kB`;function Vs({text:e}){return e.length>Qs?t(f,{children:ge(Rn(e))}):t(f,{children:An(
e).map(n=>{let s=At(ge(n.text)).map(a=>a.href?t("a",{href:a.href,target:"_blank",rel:"noopener noreferrer",children:a.text}):a.text);return n.classes?t("span",{
class:n.classes,children:s}):s})})}function yt({text:e,perf:n,title:s="Output"}){let[a,r]=y(!0),[i,o]=y(!1),[l,c]=y(!1),u=n&&!i?Ve(e):{text:e,perf:[]},m=l?u.text:
$t(u.text,Js),w=()=>{navigator.clipboard?.writeText(e).then(()=>N("Copied"),()=>N("The browser does not let us copy",!0))},h=t(f,{children:[t("label",{class:"ch\
eck",children:[t("input",{type:"checkbox",checked:a,onChange:()=>r(!a)}),"wrap"]}),t("label",{class:"check",children:[t("input",{type:"checkbox",checked:i,onChange:()=>o(
!i)}),"raw"]}),"clipboard"in navigator&&t(b,{kind:"quiet",onClick:w,children:"Copy"})]});return t(S,{title:s,side:h,class:"output-card",children:[e?t("pre",{class:`\
terminal${a?" wrap":""}`,tabIndex:0,"aria-label":s,children:i?ge(m):t(Vs,{text:m})}):t("p",{class:"muted",children:"It printed nothing."}),m.length<u.text.length&&
t(b,{onClick:()=>c(!0),children:["Show all (",Ys(u.text.length),")"]}),u.perf.length>0&&t(Zs,{perf:u.perf})]})}var In=12;function Zs({perf:e}){let[n,s]=y(!1);return t(
f,{children:[t("table",{class:"perf",children:[t("caption",{class:"hidden",children:"Performance data"}),t("thead",{class:"hidden",children:t("tr",{children:[t(
"th",{children:"Value of"}),t("th",{children:"Value"}),t("th",{children:"Part"}),t("th",{children:"Warning"}),t("th",{children:"Critical"})]})}),t("tbody",{children:(n?
e:e.slice(0,In)).map(a=>t(ea,{p:a}))})]}),!n&&e.length>In&&t(b,{kind:"quiet",onClick:()=>s(!0),children:["Show all ",e.length," values"]})]})}var Xs=e=>e.max??(e.
unit==="%"?100:Math.max(0,...[e.crit,e.warn].map(n=>Number(n.split(":").pop())).filter(Number.isFinite))*1.1);function ea({p:e}){let n=ct(e.value,e.crit)?"criti\
cal":ct(e.value,e.warn)?"warning":"ok",s=Xs(e),a=e.min??0,r=s>a?Math.max(0,Math.min(1,(e.value-a)/(s-a))):null,i=o=>o&&ta(o,e.unit);return t("tr",{children:[t("\
th",{scope:"row",children:t(d,{text:e.label})}),t("td",{class:"value",children:Pe(e.value,e.unit)}),t("td",{class:"part",children:r!==null&&t("span",{class:`met\
er s-${n}`,title:`${Math.round(r*100)} % of ${Pe(s,e.unit)}`,children:t("span",{style:{width:`${r*100}%`}})})}),t("td",{class:"limit",children:e.warn&&t(f,{children:[
"warn ",t(d,{text:i(e.warn)})]})}),t("td",{class:"limit",children:e.crit&&t(f,{children:["crit ",t(d,{text:i(e.crit)})]})})]})}var ta=(e,n)=>/^[\d.]+$/.test(e)?
Pe(Number(e),n):e;function On(e){let n=T(e.handlers?X(e.ns,"events",e.entity,e.check,"decisions"):"",[],e.version),s=T(e.handlers&&_(e.ns,"list","handlers")?A(e.ns,"handlers"):""),
a=n.error?.status===404,r=a?null:n.data??null,i=Ot(r,e.handlers,e.status);return e.handlers&&n.loading&&!n.data&&!a?t(S,{title:"Was anybody told?",class:"told-c\
ard",children:t(J,{rows:3})}):n.error&&!a&&!n.data?t(S,{title:"Was anybody told?",class:"told-card",children:t(Q,{error:n.error,what:"decisions",again:n.again,ns:e.
ns})}):t(S,{title:"Was anybody told?",class:"told-card",children:[t("p",{class:`verdict t-${i.tone}`,children:i.text}),r&&t("ul",{class:"decisions",children:r.handlers.
map(o=>t(sa,{d:o,at:r.timestamp,ns:e.ns,handler:s.data?.find(l=>l.metadata.name===o.handler),occurrences:e.occurrences,status:e.status},o.handler+o.pipeline+o.workflow))}),
r?.incidents?.length?t(aa,{list:r.incidents}):null]})}var na=e=>e?.webhook?.form??e?.type??"";function sa({d:e,at:n,ns:s,handler:a,occurrences:r,status:i}){let o=at(
e),l=na(a),c=a?.alert&&i&&e.alert?.told?Lt(a.alert,r):-1,u=_(s,"list","handlers")&&e.outcome!=="unknown"?t("a",{href:x({ns:s,page:"config",path:["handlers",e.handler]}),
children:t(d,{text:e.handler})}):t(d,{text:e.handler});return t("li",{class:`t-${o.tone}`,children:[t(v,{name:o.icon}),t("div",{children:[t("b",{children:u}),l&&
t("span",{class:"muted",children:[" ",l]}),e.pipeline&&t("span",{class:"muted",children:[" of pipeline ",t(d,{text:e.pipeline})]}),t("br",{}),t("span",{class:"w\
hat",children:[t(d,{text:o.text}),e.outcome==="delivered"&&n>0&&t(f,{children:[" ",t(Se,{t:n}),", ",t(ue,{t:n})]})]}),o.detail&&t("code",{class:"detail",children:t(
d,{text:o.detail})}),e.not_counted&&t("p",{class:"small muted",children:["Did not count, it raised: ",t("code",{children:t(d,{text:e.not_counted})})]}),c>0&&t("\
p",{class:"small muted",children:["Next: told again at occurrence ",c]}),c===0&&t("p",{class:"small muted",children:"Not told again until it changes"})]})]})}function aa({
list:e}){return t("details",{class:"incidents",children:[t("summary",{children:[e.length," incident",e.length>1&&"s"," before"]}),e.map(n=>t("section",{children:[
t("h3",{class:`s-${E(n.worst)}`,children:[K(n.worst),", ",t(Se,{t:n.begin}),n.end?t(f,{children:[", for ",C(n.end-n.begin)]}):t(f,{children:[", for ",C(k.value-
n.begin)," so far"]})]}),t("ul",{class:"decisions",children:n.decisions.map(s=>{let a=at(s);return t("li",{class:`t-${a.tone}`,children:[t(v,{name:a.icon}),t("d\
iv",{children:[s.at?t(f,{children:[t(Se,{t:s.at})," "]}):null,t("b",{children:t(d,{text:s.handler})})," ",t(d,{text:a.text}),a.detail&&t("code",{class:"detail",
children:t(d,{text:a.detail})})]})]})})})]},n.begin))]})}function ra(){let{ns:e,path:n}=$.value,[s="",a=""]=n;B(`${s} / ${a}`);let r=M.value.map.get(Le(e,s,a)),i=oa(r),o=T(A(e,"events",s,a),[],i);return We([{keys:"Esc\
ape",does:"Back",group:"Everywhere",run:()=>history.length>1?history.back():j(x({ns:e,page:"problems"}))}]),o.error?.status===404?t(la,{ns:e,entity:s,check:a}):
o.data?t(ua,{event:o.data,row:r??ca(e,o.data),ns:e,stale:o.error,version:i}):t("div",{class:"page",children:[t("h1",{class:"hidden",children:t(d,{text:`${s} / ${a}`})}),
o.error?t(Q,{error:o.error,what:"event",again:o.again,ns:e}):t(J,{})]})}var ia=30,oa=e=>[e?.executed,e?.status,e?.flags,e?.told,e?.occurrences,Math.floor(k.value/
ia)].join();function la({ns:e,entity:n,check:s}){return t("div",{class:"page",children:[t("h1",{children:t(d,{text:`${n} / ${s}`})}),t("p",{children:"This event\
 is gone: it was deleted or has expired, or was never there."}),t("p",{children:[t("a",{href:ee(e,n),children:["The machine ",t(d,{text:n})]})," · ",t("a",{href:x(
{ns:e,page:"problems"}),children:"Problems"})]})]})}function ca(e,n){let s=n.check,a=n.entity.metadata.name,r=(s.is_silenced?ye.silenced:0)|(s.command?ye.runnable:
0);return{key:Le(e,a,s.metadata.name),ns:e,entity:a,check:s.metadata.name,status:s.status,flags:r,occurrences:s.occurrences,executed:s.executed,since:Ln(s),told:"",
output:s.output,hay:"",stored:!!s.is_silenced}}function Ln(e){let n=e.executed;for(let s of[...e.history??[]].reverse()){if(s.status!==e.status)break;n=s.executed}
return e.status&&e.last_ok?Math.min(n,e.last_ok):n}function ua({event:e,row:n,ns:s,stale:a,version:r}){let i=e.check;if(!i)return t("div",{class:"page",children:[
t("h1",{children:t(d,{text:n.entity})}),t("p",{children:"This event has metrics and no check."})]});let o=(n.flags&ye.silenced)!==0,l=i.output_metric_format==="\
nagios_perfdata"||/\|/.test(i.output),c=(i.handlers?.length??0)+(i.pipelines?.length??0)+(e.pipelines?.length??0),u=!!i.output_metric_format||!!e.metrics||(n.flags&
ye.metrics)!==0;return t("div",{class:`page event edge-${E(i.status)}`,children:[t(ma,{event:e,row:n,ns:s,silenced:o}),a&&t("p",{class:"notice bad",role:"alert",
children:a.message}),t("div",{class:"columns",children:[t("div",{children:[t(yt,{text:i.output,perf:l}),t(S,{title:"History",children:t(Tn,{list:i.history??[]})}),
u&&t(vn,{path:X(s,"events",n.entity,n.check,"metrics"),perf:Ve(i.output).perf,page:"event"}),(i.hooks??[]).map(m=>t(yt,{title:`Hook ${m.metadata.name}, status ${m.
status}`,text:m.output??"",perf:!1}))]}),t("div",{children:[t(On,{ns:s,entity:n.entity,check:n.check,handlers:c,status:i.status,occurrences:i.occurrences,version:r}),
t(da,{event:e,ns:s,entity:n.entity}),t(ha,{event:e,ns:s}),t(fa,{event:e,ns:s})]})]})]})}function ma({event:e,row:n,ns:s,silenced:a}){let r=e.check,i=n.since||Ln(
r),o=Et.value,l=r.interval?r.executed+r.interval-k.value:0;return t("header",{class:"event-head",children:[t("a",{class:"back",href:x({ns:s,page:r.status?"probl\
ems":"events"}),children:[t(v,{name:"back"}),r.status?"Problems":"Events"]}),t("div",{class:"title",children:[t(Ee,{status:r.status,badge:!0}),a&&t("span",{class:"\
status badge s-silenced is-silenced",children:[t(v,{name:"silenced"}),"Silenced"]}),t("h1",{children:[t("a",{href:ee(s,n.entity),children:t(d,{text:n.entity})}),
" ",t("span",{class:"slash",children:"/"})," ",t(d,{text:n.check})]})]}),t("p",{class:"facts-line",children:[t("b",{children:[r.status?"Failing":"OK"," for ",C(
o-i)]})," · ",r.occurrences===1?"one result":`${r.occurrences} results in a row`," · last ",He(r.executed,o),l>0&&r.publish!==!1&&t(f,{children:[" · next in a\
bout ",C(l)]}),r.state==="flapping"&&" · flapping"]}),t("div",{class:"acts",children:t(Yt,{list:[{...n,flags:a?n.flags|ye.silenced:n.flags}],after:()=>j(x({ns:s,
page:"problems"}))})})]})}function da({event:e,ns:n,entity:s}){let a=e.check,r=a.silenced??[],i=[a.metadata.annotations,e.entity.metadata.annotations].flatMap(o=>(o?.["\
picket.io/depends-on"]??"").split(",").map(l=>l.trim()).filter(Boolean));return!r.length&&!i.length?null:t(S,{title:"Kept quiet by",children:t(L,{list:[["Silenc\
es",r.length>0&&t("ul",{class:"plain",children:r.map(o=>t("li",{children:t("a",{href:x({ns:n,page:"silences",query:{q:o}}),children:t(d,{text:o})})}))})],["Depe\
nds on",i.length>0&&t("ul",{class:"plain",children:i.map(o=>t(pa,{ns:n,name:o,entity:s}))})]]})})}function pa({ns:e,name:n,entity:s}){let[a,r]=n.includes("/")?[
n.slice(0,n.indexOf("/")),n.slice(n.indexOf("/")+1)]:[s,n],i=M.value.map.get(Le(e,a,r));return t("li",{children:[t("a",{href:xe(e,a,r),children:t(d,{text:`${a} \
/ ${r}`})})," ",i?t(Ee,{status:i.status}):t("span",{class:"muted",children:"no result"})]})}var kt=e=>Object.keys(e??{}).length?t(G,{of:e}):"";function ha({event:e,
ns:n}){let s=e.check,a=s.metadata.name;return t(S,{title:"Check",side:_(n,"get","checks")&&s.command&&t("a",{href:x({ns:n,page:"checks",path:[a]}),children:"Def\
inition"}),children:t(L,{list:[["Command",s.command&&t("code",{class:"command",children:t(d,{text:s.command})})],["Runs",s.cron?t(f,{children:["by ",t("code",{children:s.
cron})]}):s.interval?Fe(s.interval):"its results come by themselves"],["Took",s.duration?`${s.duration.toFixed(2)} s`:""],["Timeout",s.timeout?C(s.timeout):""],
["Expected within",s.ttl&&s.ttl>0?`${C(s.ttl)} (ttl)`:""],["Subscriptions",s.subscriptions?.join(", ")],["Handlers",s.handlers?.join(", ")],["Labels",kt(s.metadata.
labels)],["Annotations",kt(s.metadata.annotations)]]})})}function fa({event:e,ns:n}){let s=e.entity,a=s.system??{},r=s.metadata.name,i=[...M.value.map.values()].
filter(o=>o.ns===n&&o.entity===r&&o.status&&o.check!==e.check?.metadata.name).length;return t(S,{title:"Machine",side:t("a",{href:ee(n,r),children:i?P(i,"other \
problem"):"All of it"}),children:t(L,{list:[["System",[a.os,a.platform,a.platform_version].filter(Boolean).join(" ")],["Kind",s.entity_class],["Seen",s.last_seen?
t(ue,{t:s.last_seen}):""],["Agent",s.sensu_agent_version],["Subscriptions",s.subscriptions?.join(", ")],["Labels",kt(s.metadata.labels)]]})})}var wt=1e3,ga=10;function ba(){B("Journal");let{ns:e,query:{q:n="",hours:s=""}}=$.value,a=s?Math.floor(k.value/60)*60-Number(s)*3600:0,r=T(`/api/picket/v1/chang\
es?${new URLSearchParams({...e?{namespace:e}:{},...a?{since:String(a)}:{},limit:String(wt)})}`,[],String(Math.floor(k.value/ga))),i=(o,l)=>t(me,{name:l,on:s===o,
run:()=>R({hours:o},!1)});return t("div",{class:"list-page scrolls",children:[t("header",{class:"headline",children:[t("h1",{children:"Journal"}),t("p",{class:"\
muted",children:["What changed, and who heard of it",r.data&&t(f,{children:[". It begins with the start of the backend, ",t("time",{title:F(r.data.since_start,g.
value),children:ce(r.data.since_start,k.value,g.value)})]}),"."]})]}),t("div",{class:"toolbar",children:[t("div",{class:"chips",role:"group","aria-label":"Since",
children:[i("","All"),i("1","1 h"),i("12","12 h"),i("24","24 h")]}),t("div",{class:"tools",children:t(U,{label:"Filter changes",help:"Filter: machine or check",
fields:!1})})]}),r.error?.status===404?t(D,{icon:"journal",title:"No journal",children:"This picket keeps none."}):t(Y,{of:r,what:"changes",ns:e,children:o=>{let l=n.
toLowerCase().split(/\s+/).filter(Boolean),c=o.changes.filter(u=>l.every(m=>`${u.entity} ${u.check}`.toLowerCase().includes(m)));return c.length?t(ya,{list:c,all:o.
changes}):t(D,{icon:"journal",title:"Nothing changed",children:["Since the backend began, ",C(k.value-o.since_start)," ago",n&&", of what the filter names","."]})}})]})}
var va=e=>`${Ae(e.at,g.value)} ${O(e.at,g.value).slice(0,2)}:00`;function ya({list:e,all:n}){let s=[];for(let r of e){let i=va(r);s.at(-1)?.name===i?s.at(-1).changes.
push(r):s.push({name:i,changes:[r]})}let a=Ae(k.value,g.value);return t("div",{class:"journal",children:[s.map(r=>t("section",{children:[t("h2",{children:[r.name.
replace(`${a} `,"today "),"–",String((Number(r.name.slice(11,13))+1)%24).padStart(2,"0"),":00 ",t("span",{class:"muted",children:[P(r.changes.length,"change"),
", ",r.changes.filter(i=>i.told==="told").length," told"]})]}),t("ul",{children:r.changes.map(i=>t(wa,{c:i,before:ka(i,n)}))})]},r.name)),n.length>=wt&&t("p",{class:"\
muted small",children:["The newest ",wt," are shown."]})]})}function ka(e,n){let s=n.find(a=>a.at<e.at&&a.entity===e.entity&&a.check===e.check&&a.namespace===e.
namespace);return s?e.at-s.at:0}var Dn=({s:e})=>t("span",{class:`s-${E(e)}`,children:t(v,{name:te[we(e)],title:K(e)})});function wa({c:e,before:n}){return t("li",
{children:[t("time",{title:F(e.at,g.value),children:O(e.at,g.value)}),t("span",{class:"turn",children:[t(Dn,{s:e.from}),t("span",{"aria-hidden":"true",children:"\
→"}),t("span",{class:"hidden",children:" to "}),t(Dn,{s:e.to})]}),t("a",{class:"name",href:xe(e.namespace,e.entity,e.check),children:[t("b",{children:t(d,{text:e.
entity})}),t("span",{class:"slash",children:" / "}),t(d,{text:e.check})]}),t("span",{class:"muted after",children:n>0&&`after ${C(n)}`}),t(jt,{told:e.told})]})}var xa=3600,Ze=(e,n)=>e.begin>n?"later":e.expire_at>0&&e.expire_at-n<=xa?"ending":"active";function Wn(e){return`${e.subscription?.startsWith("entity:")?e.subscription.
slice(7):e.subscription&&e.subscription!=="*"?`subscription ${e.subscription}`:"every machine"} / ${e.check&&e.check!=="*"?e.check:"every check"}`}function $a(e){
let n=e.subscription?.startsWith("entity:")?e.subscription.slice(7):"";if(e.subscription&&e.subscription!=="*"&&!n)return null;let s=0;for(let a of M.value.map.
values())a.ns===e.metadata.namespace&&(!n||a.entity===n)&&(!e.check||e.check==="*"||a.check===e.check)&&ke(a)&&s++;return s}function Ca(){B("Silences");let e=$.
value.ns||(I.value.length===1?I.value[0]:""),{q:n="",only:s=""}=$.value.query,a=T(e?A(e,"silenced"):"",["silenced"]),r=_(e,"create","silenced");We(r?[{keys:"n",
does:"New silence",group:"Silences",run:()=>se({ns:e})}]:[]);let i=k.value,o=Z(()=>[...a.data??[]].sort((m,w)=>(m.expire_at>0?m.expire_at:1e12)-(w.expire_at>0?w.
expire_at:1e12)),[a.data]);if(!e)return t(pe,{what:"Silences",page:"silences"});let l=o.filter(m=>(!s||(s==="active"?Ze(m,i)!=="later":Ze(m,i)===s))&&`${m.metadata.
name} ${m.reason??""} ${m.creator??""}`.toLowerCase().includes(n.toLowerCase())),c=m=>o.filter(w=>Ze(w,i)===m).length,u=(m,w,h)=>t(me,{name:w,n:h,on:s===m,run:()=>R(
{only:s===m?"":m},!1)});return t("div",{class:"list-page",children:[t("header",{class:"headline with-act",children:[t("div",{children:[t("h1",{children:"Silence\
s"}),t("p",{class:"muted",children:"What nobody is told about, until when, and who wanted it so."})]}),r&&t(b,{kind:"main",icon:"plus",shortcut:"n",onClick:()=>se(
{ns:e}),children:"New silence"})]}),t("div",{class:"toolbar",children:[t("div",{class:"chips",role:"group","aria-label":"State",children:[u("active","Active",c(
"active")+c("ending")),u("later","Begins later",c("later")),u("ending","Ends within 1 h",c("ending"))]}),t("div",{class:"tools",children:t(U,{label:"Filter sile\
nces",help:"Filter: machine, check, reason, person",fields:!1})})]}),t(Y,{of:a,what:"silences",ns:e,children:()=>l.length?t("ul",{class:"silences",children:l.map(
m=>t(Ea,{s:m,ns:e,t:i},m.metadata.name))}):o.length?t(D,{icon:"search",title:"Nothing matches",children:t(b,{onClick:()=>R({q:"",only:""},!1),children:"Clear th\
e filter"})}):t(D,{icon:"bell",title:"Nothing is silenced",children:"Every alert reaches whom its handlers name."})})]})}function Sa({s:e,t:n}){if(e.windows?.length)
return t(f,{children:e.windows.map(r=>`${(r.repeat??[]).join(", ")||"once"} ${r.begin.slice(11,16)}–${r.end.slice(11,16)} ${r.begin.slice(19)}`).join("; ")});
let s=e.begin>n?t(f,{children:[t("time",{title:F(e.begin,g.value),children:["from ",ce(e.begin,n,g.value)]})," "]}):null,a=e.expire_on_resolve?" or when it reso\
lves":"";return e.expire_at<=0?t(f,{children:[s,t("b",{class:"for-ever",children:e.expire_on_resolve?"until it resolves":"for ever"})]}):t(f,{children:[s,t("tim\
e",{title:F(e.expire_at,g.value),children:["until ",ce(e.expire_at,n,g.value)," (in ",C(e.expire_at-n),")"]}),a]})}function Ea({s:e,ns:n,t:s}){let a=Ze(e,s)==="\
later",r=$a(e),i=e.subscription?.startsWith("entity:")?e.subscription.slice(7):"",o=[i&&`entity:${i}`,e.check&&e.check!=="*"&&`check:${e.check}`,"silenced:yes"].
filter(Boolean).join(" "),l=()=>Ke({title:"End this silence?",act:"End it now",run:()=>{Ut(e).then(()=>{De("silenced"),N("The silence has ended")},c=>N(c.message,
!0))},text:t("p",{children:["What is failing under ",t("b",{children:t(d,{text:Wn(e)})})," is told again",r?`: ${P(r,"event")}`:"","."]})});return t("li",{class:`\
silence${a?" later":""}`,children:[t(v,{name:a?"waiting":"silenced",title:a?"Begins later":"Active",size:20}),t("div",{class:"who",children:[t("b",{children:t(d,
{text:Wn(e)})}),t("span",{class:"ends",children:t(Sa,{s:e,t:s})})]}),t("div",{class:"reason",children:[e.reason?t("span",{children:["“",t(Dt,{text:e.reason}),
"”"]}):t("span",{class:"muted",children:"no reason given"}),t("span",{class:"muted small",children:[e.creator?t(f,{children:["by ",t(d,{text:e.creator})]}):"b\
y nobody known",r!==null&&!a&&t(f,{children:[" · ",r?t("a",{href:x({ns:n,page:"events",query:{q:o}}),children:["silences ",P(r,"event")]}):"silences nothing no\
w"]})]})]}),t("div",{class:"acts",children:[_(n,"update","silenced")&&t(b,{onClick:()=>se({ns:n,before:e}),children:e.expire_at>0&&!a?"Extend":"Change"}),_(n,"d\
elete","silenced")&&t(b,{onClick:l,children:"End now"})]})]})}var Pa=1e4,Ta=40;function Ma(){V(()=>{let e,n=!1,s=()=>{navigator.wakeLock?.request("screen").then(r=>{n?r.release():e=r},()=>{})},a=()=>{document.hidden||s()};
return s(),document.addEventListener("visibilitychange",a),()=>{n=!0,document.removeEventListener("visibilitychange",a),e?.release()}},[])}function _a(e){let[n,
s]=y(8),[a,r]=y(0);V(()=>{let o=()=>{let c=document.querySelector(".wall-rows"),u=Number.parseFloat(getComputedStyle(document.documentElement).fontSize)*4;c&&s(
Math.max(1,Math.floor(c.clientHeight/Math.max(u,Na()))))};o(),addEventListener("resize",o);let l=setInterval(()=>r(c=>c+1),Pa);return()=>{removeEventListener("r\
esize",o),clearInterval(l)}},[]);let i=Math.max(1,Math.ceil(e/n));return{fit:n,page:a%i,pages:i}}var Na=()=>document.querySelector(".wall-rows li")?.offsetHeight??
0;function Ba(){B("Wall"),Ma();let e=Ft($.value.query.q??""),n=k.value,s=[...M.value.map.values()].filter(h=>Ht(e,h,n)),a=le(s.filter(h=>h.status&&!ke(h)),"seve\
rity",!1),r=e.terms.length?Ne(s):_t.value,{fit:i,page:o,pages:l}=_a(a.length),c=r.reduce((h,q)=>h+q[1],0),u=r[0][0],m=Math.floor(n-Oe.value/1e3),w=Oe.value>0&&m>
Ta&&$e.value!=="live";return t("div",{class:`wall${w?" stale":""} ${a.length?`worst-${E(a[0].status)}`:"well"}`,children:[t("header",{children:[t("h1",{class:"h\
idden",children:"Wall"}),[2,1,3].map(h=>t("span",{class:`count s-${E(h)}${tt(r,h)?"":" zero"}`,children:[t(v,{name:te[h],title:K(h)}),W(tt(r,h))]})),t("span",{class:`\
count s-silenced${c?"":" zero"}`,children:[t(v,{name:"silenced",title:"Silenced"}),W(c)]}),t("span",{class:"count s-ok",children:[t(v,{name:"ok",title:"OK"}),W(
u)," OK"]}),t("time",{class:`clock is-${$e.value}`,children:[O(n,g.value,!0),t("span",{class:"dot",title:$e.value})]})]}),w&&t("p",{class:"stale-text",role:"ale\
rt",children:["No answer for ",C(m),": this is how it was at ",O(Oe.value/1e3,g.value,!0)]}),t("ul",{class:"wall-rows",children:[a.slice(o*i,o*i+i).map(h=>t("li",
{class:`edge-${E(h.status)}`,children:[t("span",{class:`s-${E(h.status)}`,children:t(v,{name:te[Math.min(3,h.status)],title:K(h.status)})}),t("b",{children:t(d,
{text:`${h.entity} / ${h.check}`})}),t("span",{class:"output",children:t(d,{text:h.output})}),t("span",{class:"for",children:Rt(n-h.since)}),t("span",{class:`to\
ld t-${st(h.told).tone}`,children:st(h.told).word})]},h.key)),!a.length&&M.value.loaded!=="no"&&t("li",{class:"all-well",children:[t(v,{name:"ok"}),"All is well"]})]}),
l>1&&t("footer",{children:["page ",o+1," of ",l]})]})}function jn(e,n){let s=e.toLowerCase().replace(/\s+/g,""),a=n.toLowerCase(),r=0,i=-1;for(let o of s){let l=a.indexOf(o,i+1);if(l<0)return 0;r+=l===i+1?5:/[\s/_.:-]/.
test(a.charAt(l-1))||l===0?4:1,i=l}return r+(a.startsWith(s)?20:0)+(a===s?20:0)-a.length/100}var qn=12,Aa=2e4;function Ra(){return St.map(e=>({name:e[0].toUpperCase()+e.slice(1),kind:"page",icon:e,run:()=>j(x({ns:$.value.ns,page:e})),weight:2}))}function Ia(){
return[...I.value.length>1?[{name:"all namespaces",kind:"namespace",icon:"more",run:()=>j(x({ns:"",page:"problems"})),weight:1}]:[],...I.value.map(n=>({name:n,kind:"\
namespace",icon:"more",run:()=>j(x({ns:n,page:"problems"})),weight:1}))]}function Oa(){let e=Xt();return e.length?Qt(e).filter(n=>!n.why).map(n=>({name:`${n.name}\
 ${e.length} selected`,kind:"action",icon:n.icon,run:n.run,weight:4})):[]}function La(){let e=new Map,n=[];for(let s of M.value.map.values()){if(n.length>=Aa)break;
n.push({name:`${s.entity} / ${s.check}`,kind:"event",icon:te[we(s.status)],tone:`s-${E(s.status)}`,run:()=>j(xe(s.ns,s.entity,s.check)),weight:s.status&&!ke(s)?
1:0});let a=`${s.ns}/${s.entity}`;e.has(a)||e.set(a,{name:s.entity,kind:"machine",icon:"entities",run:()=>j(ee(s.ns,s.entity)),weight:1})}return[...e.values(),...n]}
function Da(e,n){if(!n)return e.filter(a=>a.kind!=="event"||a.weight).sort((a,r)=>r.weight-a.weight).slice(0,qn);let s=[];for(let a of e){let r=jn(n,a.name);r>0&&
s.push([r+a.weight*2,a])}return s.sort((a,r)=>r[0]-a[0]).slice(0,qn).map(([,a])=>a)}function Wa(){let[e,n]=y(""),[s,a]=y(0),r=Z(()=>[...Oa(),...Ra(),...Ia(),...La()],
[]),i=Da(r,e.trim()),o=()=>{Bt.value=!1},l=u=>{u&&(o(),setTimeout(u.run))},c=u=>{let m=u.key==="ArrowDown"?1:u.key==="ArrowUp"?-1:0;m&&(u.preventDefault(),a((s+
m+i.length)%Math.max(1,i.length))),u.key==="Enter"&&(u.preventDefault(),l(i[s]))};return t(H,{title:"Go to",onClose:o,children:t("div",{class:"palette",children:[
t("input",{"data-first":!0,role:"combobox","aria-expanded":"true","aria-controls":"palette-list","aria-activedescendant":i.length?`palette-${s}`:void 0,"aria-la\
bel":"Go to",placeholder:"Machine, check, page, namespace",value:e,spellcheck:!1,autocomplete:"off",onInput:u=>{n(u.currentTarget.value),a(0)},onKeyDown:c}),t("\
ul",{id:"palette-list",role:"listbox","aria-label":"Found",children:i.map((u,m)=>t("li",{id:`palette-${m}`,role:"option","aria-selected":m===s,onPointerMove:()=>a(
m),onClick:()=>l(u),children:[t("span",{class:u.tone??"muted",children:t(v,{name:u.icon})}),t("span",{class:"what",children:t(d,{text:u.name})}),t("span",{class:"\
muted small",children:u.kind})]}))}),!i.length&&t("p",{class:"muted",role:"status",children:"Nothing of that name."})]})})}var Fn=()=>{qe.value=""};function Xe({of:e,title:n,values:s}){return t("fieldset",{children:[t("legend",{children:n}),t("div",{class:"choices",children:s.map(([
a,r])=>t("label",{class:"radio",children:[t("input",{type:"radio",name:e,checked:Pt.value[e]===a,onChange:()=>Tt({[e]:a})}),r]}))})]})}function ja(){return t(H,
{title:"Preferences",onClose:Fn,children:[t(Xe,{of:"theme",title:"Theme",values:[["auto","as the system"],["light","light"],["dark","dark"]]}),t(Xe,{of:"density",
title:"Rows",values:[["normal","normal"],["dense","dense"]]}),t(Xe,{of:"zone",title:"Times",values:[["local",`local (${ze(Date.now()/1e3,"local")})`],["utc","UT\
C"]]}),t(Xe,{of:"keys",title:"Single-key shortcuts",values:[[!0,"on"],[!1,"off"]]}),t("p",{class:"muted small",children:"They are kept in this browser."})]})}var qa={
ArrowDown:"↓",ArrowUp:"↑",Escape:"Esc"},Fa=e=>e.split(" or ").map(n=>n.split(" ").map(s=>t("kbd",{children:s.replace(/ArrowDown|ArrowUp|Escape/g,a=>qa[a])}))).
flatMap((n,s)=>s?[" or ",...n]:n);function Ha(){let e=new Map;for(let n of Nt()){let s=e.get(n.group)??[];s.some(a=>a.keys===n.keys)||e.set(n.group,[...s,n])}return t(
H,{title:"Keys",wide:!0,onClose:Fn,children:[t("div",{class:"keys",children:[...e].map(([n,s])=>t("section",{children:[t("h3",{children:n}),t("dl",{children:s.map(
a=>t(f,{children:[t("dt",{children:Fa(a.keys)}),t("dd",{children:a.does})]}))})]}))}),t("p",{class:"muted small",children:"Single keys can be turned off in the \
preferences."})]})}function za(){return qe.value==="preferences"?t(ja,{}):qe.value==="keys"?t(Ha,{}):null}var Hn=[["15m","15 m"],["1h","1 h"],["4h","4 h"],["1d","1 d"],["until 08:00","until 08:00"]];function Ka(e){let n=e.before,s=n?.subscription??e.subscription??"",
a=s.startsWith("entity:"),i={what:e.events?"events":a?"machine":(n?.check??e.check)&&!s?"check":"subscription",subscription:a?s.slice(7):s,check:n?.check??e.check??
"",later:!1,begin:et(k.value+3600),end:"1h",onResolve:!0,forever:!1,reason:""};if(!n)return i;let o=n.begin>k.value,l=n.expire_at>k.value?`until ${et(n.expire_at)}`:
"1h";return{...i,later:o,begin:o?et(n.begin):i.begin,end:l,onResolve:n.expire_on_resolve,forever:n.expire_at<=0&&n.expire<=0,reason:n.reason??""}}var et=e=>`${Ae(
e,g.value)} ${O(e,g.value)}`;function Ga(e,n){let s=n&&n.begin>0&&n.begin<=k.value?n.begin:k.value,a=e.later?nt(e.begin,k.value,g.value)??0:s,r=e.forever?0:nt(e.
end,Math.max(a,k.value),g.value)??0,i=e.what==="machine"?e.subscription&&`entity:${e.subscription}`:e.what==="subscription"?e.subscription:"",o=e.what==="events"?
"":e.check,l=e.later&&!a?`"${e.begin}" is no moment to come: write 2026-12-31 22:00, 22:00 or 2h`:!e.forever&&!r?`"${e.end}" is no end: write 90m, 2h30m, until \
08:00 or 2026-12-31 08:00`:e.what==="machine"&&!e.subscription?"Name the machine":e.what==="check"&&!e.check?"Name the check":e.what==="subscription"&&!i&&!o?"N\
ame a subscription or a check":e.forever&&!e.reason.trim()?"A silence without an end needs a reason":"";return{subscription:i,check:o,begin:a,end:r,expire:e.forever?
-1:r-a,problem:l}}function Ua(e,n,s){let[a,r]=y(null),i=n.what==="events"||!s.subscription&&!s.check?"":JSON.stringify({metadata:{name:zt(s.subscription,s.check),
namespace:e.ns},subscription:s.subscription||void 0,check:s.check||void 0,expire:-1});if(V(()=>{if(r(null),!i)return;let l=new AbortController,c=setTimeout(()=>ve(
"POST",X(e.ns,"silenced","preview"),JSON.parse(i),l.signal).then(r,u=>{l.signal.aborted||r(u)}),250);return()=>{clearTimeout(c),l.abort()}},[i]),n.what!=="event\
s")return a;let o=e.events;return{matches:o.length,problems:o.filter(l=>(M.value.map.get(l.key)?.status??0)>0).length,events:o.map(l=>[l.entity,l.check])}}function Ja({
preview:e}){let[n,s]=y(!1);if(e instanceof Error)return t("p",{class:"hits bad",children:["What it would silence is not known: ",e.message]});if(!e)return t("p",
{class:"hits muted",children:"…"});let{matches:a,problems:r,events:i}=e;return t("div",{class:"hits",role:"status",children:[t("p",{children:[t("b",{children:a?
`Silences ${P(a,"event")}`:"Silences nothing that is there now"}),a>0&&`, ${r?`${r} of them failing`:"none of them failing"}`,i.length>0&&t(b,{kind:"quiet","ari\
a-expanded":n,onClick:()=>s(!n),children:n?"Hide":"Show"})]}),n&&t("ul",{children:[i.slice(0,100).map(([o,l])=>t("li",{children:t(d,{text:`${o} / ${l}`})})),a>100&&
t("li",{children:["and ",a-100," more"]})]})]})}function Qa({task:e}){let[n,s]=y(()=>Ka(e)),[a,r]=y(""),[i,o]=y(!1),l=Ga(n,e.before),c=Ua(e,n,l),u=h=>s({...n,...h}),
m=()=>{je.value=null},w=async h=>{if(h.preventDefault(),l.problem||i)return;let q={begin:n.later||e.before?l.begin:0,expire:l.expire,onResolve:n.onResolve,reason:n.
reason.trim()};o(!0);try{if(n.what==="events")return m(),await Gt(e.events,q,k.value);await Kt(e.ns,l.subscription,l.check,q,e.before),De("silenced"),N(e.before?
"The silence is changed":"Silenced"),m()}catch(z){r(z.message)}finally{o(!1)}};return t(H,{title:e.before?"Change the silence":"Silence",onClose:m,children:t("f\
orm",{class:"silence-form",onSubmit:h=>{w(h)},children:[t(Ya,{task:e,d:n,change:u}),t(Va,{d:n,w:l,change:u}),t("label",{class:"field",children:[t("span",{children:"\
Reason"}),t("input",{"data-first":!0,value:n.reason,maxLength:500,placeholder:"What others should know, a ticket for example",onInput:h=>u({reason:h.currentTarget.
value})})]}),t(Ja,{preview:c}),a&&t("p",{class:"bad",role:"alert",children:a}),t("footer",{children:[t(b,{onClick:m,children:"Cancel"}),t(b,{type:"submit",kind:"\
main",icon:"silenced",why:l.problem,children:e.before?"Save":"Silence"})]})]})})}function Ya({task:e,d:n,change:s}){let a=[...e.events?[["events",e.events.length===
1?"this event":`these ${e.events.length} events`]]:[],["machine","a machine"],["check","a check"],["subscription","a subscription"]],r=e.events?.[0],i=o=>s({what:o,
...o==="machine"&&r?{subscription:r.entity,check:""}:o==="check"&&r?{check:r.check,subscription:""}:{}});return t("fieldset",{children:[t("legend",{children:"Wh\
at"}),e.before?t("p",{class:"mono",children:t(d,{text:e.before.metadata.name})}):t(f,{children:[t("div",{class:"choices",children:a.map(([o,l])=>t("label",{class:"\
radio",children:[t("input",{type:"radio",name:"what",checked:n.what===o,onChange:()=>i(o)}),l]}))}),n.what==="events"&&t("p",{class:"muted small",children:[e.events.
slice(0,4).map(o=>`${o.entity} / ${o.check}`).join(", "),e.events.length>4&&` and ${e.events.length-4} more`]}),n.what!=="events"&&t("div",{class:"pair",children:[
n.what!=="check"&&t("label",{class:"field",children:[t("span",{children:n.what==="machine"?"Machine":"Subscription"}),t("input",{value:n.subscription,spellcheck:!1,
autocomplete:"off",onInput:o=>s({subscription:o.currentTarget.value})})]}),t("label",{class:"field",children:[t("span",{children:n.what==="check"?"Check, on eve\
ry machine":"Check (empty: all)"}),t("input",{value:n.check,spellcheck:!1,autocomplete:"off",onInput:o=>s({check:o.currentTarget.value})})]})]})]})]})}function Va({
d:e,w:n,change:s}){let a=Hn.some(([i])=>i===e.end),r=e.forever?"It never ends by itself.":n.end?`Ends ${et(n.end)} ${ze(n.end,g.value)}, in ${C(n.end-k.value)}.`:
"";return t("fieldset",{children:[t("legend",{children:"When"}),t("div",{class:"choices",children:[t("label",{class:"radio",children:[t("input",{type:"radio",name:"\
begin",checked:!e.later,onChange:()=>s({later:!1})}),"begins now"]}),t("label",{class:"radio",children:[t("input",{type:"radio",name:"begin",checked:e.later,onChange:()=>s(
{later:!0})}),"begins at"]}),e.later&&t("input",{class:"short","aria-label":"Begin",value:e.begin,onInput:i=>s({begin:i.currentTarget.value})})]}),t("div",{class:"\
choices",role:"group","aria-label":"End",children:[Hn.map(([i,o])=>t("button",{type:"button",class:"chip","aria-pressed":!e.forever&&e.end===i,onClick:()=>s({end:i,
forever:!1}),children:o})),t("input",{class:"short","aria-label":"Another end: 90m, 2h30m, until 08:00",placeholder:"90m, until 08:00",value:a?"":e.end,onInput:i=>s(
{end:i.currentTarget.value,forever:!1})}),t("button",{type:"button",class:"chip","aria-pressed":e.forever,onClick:()=>s({forever:!0,end:It(e.end)?e.end:"1h"}),children:"\
for ever…"})]}),t("label",{class:"check",children:[t("input",{type:"checkbox",checked:e.onResolve,onChange:i=>s({onResolve:i.currentTarget.checked})}),"or as \
soon as it resolves"]}),t("p",{class:n.problem?"bad small":"muted small",role:"status",title:n.end?F(n.end,g.value):void 0,children:n.problem||r})]})}var Za=()=>je.
value?t(Qa,{task:je.value}):null;export{Gn as Backend,qs as CheckPage,Ls as Checks,Ms as Config,ys as Entities,$s as EntityPage,ra as EventPage,ba as Journal,Wa as PaletteBox,Un as PasswordDialog,
za as SettingsDialogs,Za as SilenceForm,Ca as Silences,Ba as Wall};
